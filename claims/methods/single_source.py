"""Only one claimant's word counts: the map as that source tells it."""

from __future__ import annotations

from claims.methods import latest_report
from claims.methods.method import Conclusion, Method, Told, Values

PREFIX = "single-source:"


def single_source(source_id: str) -> Method:
    """The method that hears one claimant alone; what it carries for others does not count."""

    def conclude(told: Told, values: Values) -> Conclusion:
        own = {
            place_id: [claim for claim in claims if claim.claimant == source_id]
            for place_id, claims in told.about.items()
        }
        return latest_report.conclude(Told(told.record, own), values)

    return Method(f"{PREFIX}{source_id}", "1", latest_report.PARAMETERS, conclude)
