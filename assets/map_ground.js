// On a map of many faces a step is one small texture: MapLibre draws which face each pixel is, a custom layer which colour that face has.
"use strict";

/** @type {FrontlineParts} */
var frontlineParts = (globalThis.frontlineParts = globalThis.frontlineParts || /** @type {any} */ ({}));

(function () {
  const ACROSS = 256; // faces in a row of the texture that holds what each of them is
  const TEXELS = 4; // of the palette, for each look
  const FLOATS = 6; // of a piece of a line: both ends, how far along its line it begins, its style
  const [PLAIN, STRIPES, DOTS] = [0, 1, 2];
  const [GROUND, FRONT] = ["ground_of_faces", "front_of_edges"];

  const WHOLE = `#version 300 es
    void main() { gl_Position = vec4(vec2(gl_VertexID % 2, gl_VertexID / 2) * 4.0 - 1.0, 0.0, 1.0); }`;

  /** The colour of each pixel by its face, which has less blue than any ground (figures/map_style.py). Stripes and dots keep their size and lie still on the ground. */
  const COLOURED = `#version 300 es
    precision highp float;
    precision highp usampler2D;
    uniform sampler2D ids, palette;
    uniform usampler2D looks;
    uniform vec2 anchor;
    uniform float ratio;
    out vec4 colour;
    float cover(float at, float share, float pixel) {
      return clamp(max(min(at, share - at) / pixel + 0.5, (at - 1.0) / pixel + 0.5), 0.0, 1.0);
    }
    void main() {
      ivec3 part = ivec3(texelFetch(ids, ivec2(gl_FragCoord.xy), 0).rgb * 255.0 + 0.5);
      if (part.b > 3) discard;
      int look = int(texelFetch(looks, ivec2(part.r, part.g + part.b * 256), 0).r);
      vec4 fill = texelFetch(palette, ivec2(0, look), 0), first = texelFetch(palette, ivec2(1, look), 0);
      colour = vec4(fill.rgb, 1.0);
      if (fill.a < 0.5) return;
      vec4 second = texelFetch(palette, ivec2(2, look), 0), paper = texelFetch(palette, ivec2(3, look), 0);
      vec2 at = vec2(gl_FragCoord.x - anchor.x, anchor.y - gl_FragCoord.y) / ratio;
      if (fill.a < 1.5) {
        float count = abs(paper.a) > 1.5 ? 2.0 : 1.0, period = first.a;
        float along = fract((at.x + sign(paper.a) * at.y) * 0.70710678 / (period * count)) * count;
        float on = cover(fract(along), second.a / period, 1.0 / (period * ratio));
        vec3 under = count > 1.5 ? paper.rgb : fill.rgb;
        colour.rgb = mix(under, along < 1.0 ? first.rgb : second.rgb, on);
        return;
      }
      vec2 tile = fract(at / first.a) * first.a;
      float away = min(length(tile - first.a * 0.25), length(tile - first.a * 0.75));
      colour.rgb = mix(fill.rgb, first.rgb, clamp((second.a - away) * ratio + 0.5, 0.0, 1.0));
    }`;

  /** A piece of a line as a box around it, in px of the canvas. */
  const DRAWN = `#version 300 es
    precision highp float;
    in vec4 ends;
    in vec2 more;
    uniform mat4 matrix;
    uniform vec2 canvas;
    uniform float wide, world;
    flat out vec4 piece;
    flat out vec2 told;
    out vec2 at;
    vec2 px(vec2 ground) { vec4 clip = matrix * vec4(ground, 0.0, 1.0); return (clip.xy / clip.w * 0.5 + 0.5) * canvas; }
    void main() {
      vec2 a = px(ends.xy), b = px(ends.zw), way = b - a;
      float span = length(way);
      way = span > 0.0 ? way / span : vec2(1.0, 0.0);
      vec2 corner = vec2(gl_VertexID % 2, gl_VertexID / 2) * 2.0 - 1.0;
      float reach = wide * 0.5 + 1.0;
      at = (corner.x > 0.0 ? b : a) + reach * (corner.x * way + corner.y * vec2(-way.y, way.x));
      piece = vec4(a, b);
      told = vec2(more.x * world, more.y);
      gl_Position = vec4(at / canvas * 2.0 - 1.0, 0.0, 1.0);
    }`;
  const STROKED = `#version 300 es
    precision highp float;
    flat in vec4 piece;
    flat in vec2 told;
    in vec2 at;
    uniform vec3 ink;
    uniform float wide;
    uniform vec4 dashes;
    out vec4 colour;
    void main() {
      vec2 way = piece.zw - piece.xy;
      float span = length(way), along = span > 0.0 ? dot(at - piece.xy, way) / span : 0.0;
      float on = clamp(wide * 0.5 + 0.5 - distance(at, piece.xy + (span > 0.0 ? way / span : way) * clamp(along, 0.0, span)), 0.0, 1.0);
      vec2 dash = told.y > 2.5 ? dashes.zw : told.y > 1.5 ? dashes.xy : vec2(0.0);
      if (dash.x > 0.0) {
        float part = mod(told.x + clamp(along, 0.0, span), dash.x + dash.y);
        on *= clamp(min(part, dash.x - part) + 0.5, 0.0, 1.0);
      }
      colour = vec4(ink, 1.0) * on;
    }`;

  /** @param {WebGL2RenderingContext} gl @param {string} vertex @param {string} fragment */
  function program(gl, vertex, fragment) {
    const made = /** @type {WebGLProgram} */ (gl.createProgram());
    for (const [kind, text] of /** @type {[number, string][]} */ ([[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]])) {
      const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(made, shader);
    }
    gl.linkProgram(made);
    if (!gl.getProgramParameter(made, gl.LINK_STATUS) && !gl.isContextLost()) throw new Error(gl.getProgramInfoLog(made) || "no program");
    /** @type {Record<string, WebGLUniformLocation | null>} */
    const places = {};
    const at = (/** @type {string} */ name) => (name in places ? places[name] : (places[name] = gl.getUniformLocation(made, name)));
    return { made, at };
  }

  /** A texture whose texels are read one by one. @param {WebGL2RenderingContext} gl */
  function texture(gl) {
    const made = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, made);
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
    for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
    return made;
  }

  /** @param {string} hex */
  const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255);

  /** What the palette's texels say of each look: of each state within the region, then of each beyond it. @param {any} told @param {Record<string, any>} recipes */
  function paletteOf(told, recipes) {
    const names = Object.entries(/** @type {Record<string, number[]>} */ (told.patterns));
    const looks = [...told.within, ...told.beyond];
    const texels = new Float32Array(looks.length * TEXELS * 4);
    looks.forEach((fill, look) => {
      const state = look % told.within.length;
      const found = names.find(([, states]) => states.includes(state));
      texels.set([...rgb(fill), PLAIN], look * TEXELS * 4);
      if (found) texels.set(patternOf(fill, recipes[found[0]]), look * TEXELS * 4);
    });
    return { texels, count: looks.length };
  }

  /** @param {string} fill @param {any} recipe as figures/map_style.py writes it: sizes for an image that MapLibre would enlarge by half on the way to the next zoom */
  function patternOf(fill, { kind, inks, paper, angle, period, stripe, dot }) {
    const grown = Math.SQRT2;
    const [first, second] = [rgb(inks[0]), rgb(inks[1] || inks[0])];
    if (kind === "dots") return [...rgb(fill), DOTS, ...first, period * grown, ...second, dot * 1.2, 0, 0, 0, 0];
    const way = (angle > 0 ? 1 : -1) * (inks.length > 1 ? 2 : 1);
    return [...rgb(fill), STRIPES, ...first, period * grown, ...second, stripe * grown, ...rgb(paper || fill), way];
  }

  /** Where a longitude and latitude lie on the square world. @param {number} lon @param {number} lat */
  const mercator = (lon, lat) => [lon / 360 + 0.5, 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)];

  /** Every edge as pieces, measured from `origin`: single precision is then enough at any zoom. @param {any} doc @param {number[]} origin */
  function piecesOf({ grid, arcs, edges }, origin) {
    const ends = new Uint32Array(edges.length + 1);
    edges.forEach((/** @type {number[]} */ [arc], /** @type {number} */ k) => (ends[k + 1] = ends[k] + Math.max(0, arcs[arc].length / 2 - 1)));
    const pieces = new Float32Array(ends[edges.length] * FLOATS);
    let put = 0;
    for (const [arc] of edges) {
      const line = arcs[arc];
      let [x, y] = [line[0], line[1]];
      let [fromX, fromY] = mercator(grid.lon + x * grid.step, grid.lat + y * grid.step);
      let along = 0;
      for (let i = 2; i < line.length; i += 2) {
        x += line[i];
        y += line[i + 1];
        const [toX, toY] = mercator(grid.lon + x * grid.step, grid.lat + y * grid.step);
        pieces.set([fromX - origin[0], fromY - origin[1], toX - origin[0], toY - origin[1], along, 0], put);
        put += FLOATS;
        along += Math.hypot(toX - fromX, toY - fromY);
        [fromX, fromY] = [toX, toY];
      }
    }
    return { pieces, ends };
  }

  /** A size between the zooms at which it is told. @param {[number, number][]} stops @param {number} zoom */
  function between(stops, zoom) {
    const next = stops.findIndex(([at]) => at >= zoom);
    if (next <= 0) return stops[next < 0 ? stops.length - 1 : 0][1];
    const [[from, low], [to, high]] = [stops[next - 1], stops[next]];
    return low + ((high - low) * (zoom - from)) / (to - from);
  }

  /** The matrix that first moves by `origin`. @param {ArrayLike<number>} m @param {number[]} origin */
  function movedMatrix(m, [x, y]) {
    const moved = Float32Array.from(m);
    for (let i = 0; i < 4; i++) moved[12 + i] = m[i] * x + m[4 + i] * y + m[12 + i];
    return moved;
  }

  /**
   * Ground and front of a document with many faces, drawn by the map itself.
   * @param {any} map @param {any} doc @param {any} style with `frontline:ground` in its metadata
   */
  function createMapGround(map, doc, style) {
    const told = () => style.metadata["frontline:ground"];
    const states = told().within.length;
    const outside = Uint8Array.from(doc.faces, (/** @type {any} */ face) => (face[1] ? 0 : 1));
    const down = Math.max(1, Math.ceil(doc.faces.length / ACROSS));
    const looks = new Uint16Array(ACROSS * down);
    const [west, south, east, north] = doc.window;
    const middle = { lng: (west + east) / 2, lat: (south + north) / 2 };
    const origin = mercator(middle.lng, middle.lat);
    const { pieces, ends } = piecesOf(doc, origin);
    const styles = new Uint8Array(doc.edges.length);
    let shown = new Float32Array(1024 * FLOATS);
    let count = 0;
    /** Twice the zoom for which they were gathered. */
    let gathered = NaN;
    /** What has to be handed to the graphics before the next picture. */
    const stale = { looks: true, palette: true, front: true };
    /** @type {any} what this context keeps; lost graphics come back without it */
    let own = null;

    /** @param {WebGL2RenderingContext} gl */
    function begin(gl) {
      own = {
        colours: program(gl, WHOLE, COLOURED),
        lines: program(gl, DRAWN, STROKED),
        ids: texture(gl),
        looks: texture(gl),
        palette: texture(gl),
        pieces: gl.createBuffer(),
        nothing: gl.createVertexArray(),
        array: gl.createVertexArray(),
      };
      Object.assign(stale, { looks: true, palette: true, front: true });
    }

    /** @param {WebGL2RenderingContext} gl */
    function end(gl) {
      for (const { made } of [own.colours, own.lines]) gl.deleteProgram(made);
      for (const made of [own.ids, own.looks, own.palette]) gl.deleteTexture(made);
      for (const made of [own.nothing, own.array]) gl.deleteVertexArray(made);
      gl.deleteBuffer(own.pieces);
      own = null;
    }

    /** The picture as it is so far: which face each pixel is. @param {WebGL2RenderingContext} gl */
    function take(gl) {
      const [wide, high] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
      gl.bindTexture(gl.TEXTURE_2D, own.ids);
      if (own.wide === wide && own.high === high) return gl.copyTexSubImage2D(gl.TEXTURE_2D, 0, 0, 0, 0, 0, wide, high);
      [own.wide, own.high] = [wide, high];
      gl.copyTexImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 0, 0, wide, high, 0);
    }

    /** @param {WebGL2RenderingContext} gl */
    function handOver(gl) {
      gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 2);
      if (stale.looks) {
        gl.bindTexture(gl.TEXTURE_2D, own.looks);
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.R16UI, ACROSS, down, 0, gl.RED_INTEGER, gl.UNSIGNED_SHORT, looks);
      }
      if (stale.palette) {
        const { texels, count: rows } = paletteOf(told(), style.metadata["frontline:images"]);
        gl.bindTexture(gl.TEXTURE_2D, own.palette);
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, TEXELS, rows, 0, gl.RGBA, gl.FLOAT, texels);
      }
      stale.looks = stale.palette = false;
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
    }

    /** @param {WebGL2RenderingContext} gl */
    function colourFaces(gl) {
      const { made, at } = own.colours;
      take(gl);
      handOver(gl);
      gl.useProgram(made);
      gl.bindVertexArray(own.nothing);
      ["ids", "looks", "palette"].forEach((name, unit) => {
        gl.activeTexture(gl.TEXTURE0 + unit);
        gl.bindTexture(gl.TEXTURE_2D, own[name]);
        gl.uniform1i(at(name), unit);
      });
      const ratio = map.getPixelRatio();
      const { x, y } = map.project(middle);
      gl.uniform2f(at("anchor"), x * ratio, gl.drawingBufferHeight - y * ratio);
      gl.uniform1f(at("ratio"), ratio);
      gl.disable(gl.BLEND);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      gl.enable(gl.BLEND);
      gl.bindVertexArray(null);
      gl.activeTexture(gl.TEXTURE0);
    }

    /** The pieces of the edges that are a front now, those shorter than a pixel put together. @param {number} least */
    function gather(least) {
      count = 0;
      for (let k = 0; k < styles.length; k++) {
        if (!styles[k]) continue;
        const [from, to] = [ends[k] * FLOATS, ends[k + 1] * FLOATS];
        if (count + to - from > shown.length) {
          const larger = new Float32Array(2 * (count + to - from));
          larger.set(shown.subarray(0, count));
          shown = larger;
        }
        for (let first = from, i = from; i < to; i += FLOATS) {
          const [x, y] = [pieces[i + 2], pieces[i + 3]];
          const short = Math.abs(x - pieces[first]) < least && Math.abs(y - pieces[first + 1]) < least;
          if (short && i + FLOATS < to) continue;
          shown.set([pieces[first], pieces[first + 1], x, y, pieces[first + 4], styles[k]], count);
          count += FLOATS;
          first = i + FLOATS;
        }
      }
    }

    /** @param {WebGL2RenderingContext} gl */
    function handOverFront(gl) {
      gl.bindVertexArray(own.array);
      gl.bindBuffer(gl.ARRAY_BUFFER, own.pieces);
      const near = Math.ceil(2 * map.getZoom());
      if (!stale.front && near === gathered) return;
      stale.front = false;
      gathered = near;
      gather(1 / (512 * 2 ** (near / 2)));
      gl.bufferData(gl.ARRAY_BUFFER, shown.subarray(0, count), gl.DYNAMIC_DRAW);
      for (const [name, size, offset] of /** @type {[string, number, number][]} */ ([["ends", 4, 0], ["more", 2, 16]])) {
        const place = gl.getAttribLocation(own.lines.made, name);
        gl.enableVertexAttribArray(place);
        gl.vertexAttribPointer(place, size, gl.FLOAT, false, FLOATS * 4, offset);
        gl.vertexAttribDivisor(place, 1);
      }
    }

    /** @param {WebGL2RenderingContext} gl @param {ArrayLike<number>} matrix */
    function drawFront(gl, matrix) {
      const line = told().front;
      const { made, at } = own.lines;
      const [zoom, ratio] = [map.getZoom(), map.getPixelRatio()];
      handOverFront(gl);
      gl.useProgram(made);
      gl.uniformMatrix4fv(at("matrix"), false, movedMatrix(matrix, origin));
      gl.uniform2f(at("canvas"), gl.drawingBufferWidth, gl.drawingBufferHeight);
      gl.uniform1f(at("world"), 512 * 2 ** zoom * ratio);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      for (const [ink, widths, dashes] of [[line.casing, line.casing_widths, [0, 0, 0, 0]], [line.ink, line.widths, line.dashes]]) {
        gl.uniform3fv(at("ink"), rgb(ink));
        gl.uniform1f(at("wide"), between(widths, zoom) * ratio);
        gl.uniform4fv(at("dashes"), dashes.map((/** @type {number} */ px) => px * ratio));
        gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count / FLOATS);
      }
      gl.bindVertexArray(null);
    }

    const ground = {
      id: GROUND,
      type: "custom",
      onAdd: (/** @type {any} */ _, /** @type {WebGL2RenderingContext} */ gl) => begin(gl),
      onRemove: (/** @type {any} */ _, /** @type {WebGL2RenderingContext} */ gl) => own && end(gl),
      render: (/** @type {WebGL2RenderingContext} */ gl) => own && colourFaces(gl),
    };
    const front = {
      id: FRONT,
      type: "custom",
      render: (/** @type {WebGL2RenderingContext} */ gl, /** @type {any} */ args) => own && drawFront(gl, args.defaultProjectionData.mainMatrix),
    };

    /** Puts the layers in, where a new style lacks them. */
    function attach() {
      if (!map.style || !map.style._loaded || map.getLayer(GROUND) || !map.getLayer("faces")) return;
      const order = map.getLayersOrder();
      if (map.getLayer(FRONT)) map.removeLayer(FRONT);
      map.addLayer({ ...ground }, order[order.indexOf("faces") + 1]);
      map.addLayer({ ...front }, "distance");
    }

    attach();
    return {
      attach,
      /** @param {Changed} changed */
      faces({ count: many, index, value }) {
        for (let k = 0; k < many; k++) looks[index[k]] = value[k] + outside[index[k]] * states;
        if (many) stale.looks = true;
      },
      /** @param {Changed} changed */
      fronts({ count: many, index, value }) {
        for (let k = 0; k < many; k++) styles[index[k]] = value[k];
        if (many) stale.front = true;
      },
      /** @param {any} after */
      restyle(after) {
        style = after;
        stale.palette = true;
        map.triggerRepaint();
      },
      remove() {
        for (const id of [GROUND, FRONT]) if (map.getLayer(id)) map.removeLayer(id);
      },
    };
  }

  frontlineParts.createMapGround = createMapGround;
})();
