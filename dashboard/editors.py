"""Who may write: names with hashed passwords, or names that a trusted proxy puts into a header."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from dashboard.passwords import Hashed
from gazetteer.errors import shown

LONGEST_NAME = 80

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")


@dataclass(frozen=True)
class Editors:
    """Everybody who may write. Empty: nobody, and the server has no address that writes.

    ``hashes`` are the passwords by name. ``header`` names the user in requests that come from ``proxies``,
    and in no others.
    """

    hashes: Mapping[str, Hashed] = field(default_factory=dict)
    header: str = ""
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.hashes or self.header)

    def trusts(self, peer: str) -> bool:
        """Whether a request that comes from this address may say who its user is."""
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in network for network in self.proxies)


def editors(listed: str = "", file: str | Path | None = None, header: str = "", proxies: str = "") -> Editors:
    """Everybody who may write, from what the door was told.

    Parameters
    ----------
    listed
        ``name:hash`` (see ``dashboard.passwords``), several with a semicolon or a line end between them.
    file
        A TOML file with the same: a table ``[editors]`` of ``name = "hash"``.
    header
        The header in which a proxy names the user.
    proxies
        Addresses or networks of the proxies that may, separated by commas.

    Raises
    ------
    ValueError
        With a sentence that names what cannot be used; never with a hash.
    OSError
        The file cannot be read.
    """
    hashes: dict[str, Hashed] = {}
    for name, text in [*_of_text(listed), *_of_file(file)]:
        if name in hashes:
            raise ValueError(f"The editor {shown(name)} is named twice")
        try:
            hashes[name] = Hashed.of(text)
        except ValueError as problem:
            raise ValueError(f"What stands behind the editor {shown(name)} {problem}") from None
    return Editors(hashes, *_proxy(header.strip(), proxies))


def editor_name(text: str) -> str:
    """The name of an editor, as it is written into the ledger.

    Raises
    ------
    ValueError
        It is empty, longer than ``LONGEST_NAME``, or holds what is no letter: controls, line ends, ``:``.
    """
    name = unicodedata.normalize("NFC", text.strip())
    if not name:
        raise ValueError("An editor has a name")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"The name {shown(name)} is longer than {LONGEST_NAME} characters")
    if any(unicodedata.category(letter)[0] == "C" or letter in ":;\u2028\u2029" for letter in name):
        raise ValueError(f"The name {shown(name)} holds a colon, a semicolon or a control character")
    return name


def _of_text(listed: str) -> Iterator[tuple[str, str]]:
    for line in re.split(r"[;\n]", listed):
        if line.strip():
            name, colon, text = line.partition(":")
            if not colon:
                raise ValueError("An editor is written name:hash; 'frontline editor NAME' writes the line")
            yield editor_name(name), text


def _of_file(file: str | Path | None) -> Iterable[tuple[str, str]]:
    if not file:
        return []
    try:
        found = tomllib.loads(Path(file).read_text(encoding="utf-8"))
    except ValueError:  # the parser's own words may repeat a line, and with it a hash
        raise ValueError(f'{file} is not a TOML file; write [editors], then lines name = "hash"') from None
    listed = found.get("editors")
    if not isinstance(listed, dict) or not all(isinstance(text, str) for text in listed.values()):
        raise ValueError(f'{file} has no table [editors] of lines name = "hash"')
    return [(editor_name(name), text) for name, text in listed.items()]


def _proxy(header: str, proxies: str) -> tuple[str, tuple[IPv4Network | IPv6Network, ...]]:
    addresses = [part.strip() for part in proxies.split(",") if part.strip()]
    if not header and not addresses:
        return "", ()
    if not header or not addresses:
        raise ValueError("--editor-header and --trusted-proxy go together: which header, and from whom")
    if not _HEADER.fullmatch(header):
        raise ValueError(f"{shown(header)} is not the name of a header; write it like X-Forwarded-User")
    try:
        return header.lower(), tuple(ip_network(address) for address in addresses)
    except ValueError as problem:
        raise ValueError(f"--trusted-proxy: {problem}; write addresses like 127.0.0.1,10.0.0.0/24") from None
