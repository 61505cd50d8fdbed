"""Settings: HECHA_* environment variables or hecha.toml. This file alone reads them; a wrong one is refused by name."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator

from access.sign_in_rules import SignInRules
from cases.attachments.photograph_months import PHOTOGRAPH_MONTHS
from cases.grants.stages import RULE, StageDays
from cases.rechecks.recheck_rules import RULE as OBJECTION_RULE
from cases.rechecks.recheck_rules import RecheckRules
from deploy.agent.setting_types import expect, in_file
from deploy.agent.settings import AgentSettings, read
from deploy.setting_types import (
    DatabaseUrl,
    HostPort,
    Hours,
    Networks,
    PublicUrl,
    Roles,
    SecondSmsUrl,
    SecretKeys,
    SignOn,
    SmsUrl,
    is_loopback,
)

SAMPLE_TOKEN = "sample-token-of-the-simulator"  # noqa: S105  # the simulator's own; a real one comes from the environment


class Settings(AgentSettings):
    """Everything that differs between two places where Hecha runs."""

    database_url: DatabaseUrl = ""
    database_direct_url: Annotated[DatabaseUrl, Field(description="Where database_url leads to a pooler: the server itself")] = ""
    http: HostPort = "127.0.0.1:8040"
    serve_processes: int = Field(
        default=1, ge=1, le=64, description="Processes that serve it; limits of requests are each one's own"
    )
    public_url: PublicUrl = ""
    sms_url: SmsUrl = "http://127.0.0.1:8041"
    sms_account: str = "ACsample"
    sms_token: str = Field(default=SAMPLE_TOKEN, validate_default=True)
    sms_from: str = "+8657985550000"
    sms_second_url: SecondSmsUrl = Field(default="", description="A second provider, for when the first is ill")
    sms_second_account: str = ""
    sms_second_token: str = Field(default="", validate_default=True)
    sms_second_from: str = ""
    sms_second_share: int = Field(default=0, ge=0, le=100, description="Of a hundred texts so many go to the second first")
    locale: Annotated[str, expect("zh|en", "zh or en")] = "zh"
    secret_keys: SecretKeys = Field(default="", repr=False, description="Keys of what is sealed; unset: a file at home")
    holidays: Annotated[Path | None, in_file("a CSV file with day,working,source")] = Field(
        default=None, description="CSV of days that differ from the public calendar: day,working,source"
    )
    webhook_networks: Networks = Field(default=(), description="Private networks in which units' systems may be told, by commas")
    proxies: Networks = Field(default=(ip_network("127.0.0.1/32"), ip_network("::1/128")), description="Proxies that are believed")
    key_requests: int = Field(default=18_000, ge=0, description="Requests a minute of one key; 0: as many as it likes")
    person_requests: int = Field(default=3_000, ge=0, description="Requests a minute of one person; 0: as many as they like")
    stranger_requests: int = Field(default=600, ge=0, description="Requests a minute of strangers at one address; 0: no limit")
    metrics_token: str = Field(default="", repr=False, pattern=r"^(\S{20,})?$", description="Whoever shows it may read /metrics")
    totp_roles: Roles = Field(default=("supervisor", "admin"), description="Roles that sign in with a second step, by commas")
    idle_minutes: int = Field(default=60, ge=10, le=720, description="A session that nobody uses for so long ends")
    oidc_issuer: SignOn = ""
    oidc_client_id: str = Field(
        default="", validate_default=True, description="Under which this house is known at the city's sign-on"
    )
    oidc_client_secret: str = ""
    oidc_claim: str = Field(default="sub", description="The claim that names the account")
    oidc_name: str = Field(default="", max_length=40, description="What people call the city's sign-on")
    checkpoint_minutes: int = Field(default=5, ge=1, le=60, description="How often the trail is signed")
    hold_days: int = Field(default=30, ge=1, le=365, description="Questions of so many days are looked at for fishing")
    hold_tries: int = Field(default=5, ge=1, description="Differing questions about one person, not confirmed; the next is held")
    hold_per_reference: int = Field(default=20, ge=1, description="Differing questions under one file number; the next is held")
    hold_per_street: int = Field(default=8, ge=1, description="Differing questions about one street; the next is held")
    spot_check_rate: float = Field(
        default=0.01, ge=0, le=1, description="Share of questions of which the file is to be shown; 0: none by lot"
    )
    spot_check_days: int = Field(default=3, ge=1, le=60, description="Working days to show it")
    errand_papers: bool = Field(default=True, description="Whether an agent's errand needs the paper or photograph that allows it")
    photograph_months: int = Field(default=PHOTOGRAPH_MONTHS, ge=1, le=60, description="Months to keep monitoring photographs")
    open_counts: bool = Field(default=False, description="Whether anybody may read the monthly counts at /open/counts.json")
    urgent_share: float = Field(default=0.2, ge=0, le=1, description="Share of a unit's questions of a month that may be urgent")
    urgent_free: int = Field(default=20, ge=0, description="So many urgent questions a month each unit has beside that share")
    permission_check_days: int = Field(default=3, ge=1, le=60, description="Working days to check an application for a permission")
    permission_holder_days: int = Field(default=10, ge=1, le=90, description="Working days for the holder to approve it")
    permission_rule: str = Field(default=RULE, max_length=100, description="The rule in which these days stand; shown beside them")
    recheck_hours: Hours = Field(default="14:30-16:30", description="When commitments are checked by questions, on working days")
    recheck_at_once: int = Field(default=5, ge=1, le=200, description="So many such questions a minute at most")
    recheck_tell_days: int = Field(default=5, ge=1, le=60, description="Working days to hand the letter to who committed")
    recheck_decide_days: int = Field(default=10, ge=1, le=90, description="Working days to decide once somebody was heard")
    objection_rule: str = Field(default=OBJECTION_RULE, max_length=100, description="Where the days of an objection stand")
    lot_share: float = Field(default=0.05, ge=0, le=1, description="Share of a month's commitments that is drawn by lot")
    lot_least: int = Field(default=3, ge=0, le=1000, description="At least so many of a month are drawn")
    lot_most: int = Field(default=200, ge=0, le=1000, description="At most so many of a month are drawn")
    lot_days: int = Field(default=15, ge=1, le=90, description="Working days to inspect what was drawn")

    @field_validator("oidc_client_id")
    @classmethod
    def _known_there(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("oidc_issuer") and not value:
            raise ValueError("expected the name under which this house is known at the city's sign-on")
        return value

    @field_validator("sms_token", "sms_second_token")
    @classmethod
    def _nobodys_else(cls, value: str, info: ValidationInfo) -> str:
        """Whoever knows the token writes replies in any contact's name: one that is published is good for the simulator alone."""
        url = info.data.get("sms_second_url" if info.field_name == "sms_second_token" else "sms_url", "console:")
        public = info.data.get("public_url", "")
        if value == SAMPLE_TOKEN and url != "console:" and not (is_loopback(url) and (not public or is_loopback(public))):
            raise ValueError("expected the token of your SMS provider: this one is published, the simulated phones use it")
        if not value and url.startswith("http"):
            raise ValueError("expected the token of this SMS provider")
        return value

    @property
    def stages(self) -> StageDays:
        """How long the stages of an application may take."""
        return StageDays(self.permission_check_days, self.permission_holder_days, self.permission_rule)

    @property
    def rechecks(self) -> RecheckRules:
        """When commitments are checked, how many are drawn, and how long those who decide may take."""
        (h1, m1), (h2, m2) = (map(int, one.split(":")) for one in self.recheck_hours.split("-"))
        return RecheckRules(
            (h1, m1, h2, m2), self.recheck_at_once, self.recheck_tell_days, self.recheck_decide_days, self.objection_rule,
            self.lot_share, self.lot_least, self.lot_most, self.lot_days,
        )  # fmt: skip

    @property
    def database(self) -> str:
        """The database's URL; by default a file at home."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'hecha.sqlite'}"

    @property
    def public(self) -> str:
        """The address that people and the SMS provider reach."""
        return (self.public_url or f"http://{self.http}").rstrip("/")

    @property
    def access(self) -> SignInRules:
        """The rules of who signs in how, and for how long."""
        sign_on = (self.oidc_name or self.oidc_issuer.partition("://")[2].partition("/")[0]) if self.oidc_issuer else ""
        return SignInRules(frozenset(self.totp_roles), timedelta(minutes=self.idle_minutes), sign_on)


def read_settings(**given: Any) -> Settings:
    """The settings, command-line values over environment over file. Raises WrongSetting."""
    return read(Settings, given)
