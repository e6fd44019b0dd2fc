"""What the settings of every outside system have in common."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from gov_connect.errors import Rejected
from gov_connect.resilience import BreakerPolicy, Limits, RetryPolicy
from gov_connect.resilience.guard import origin
from gov_connect.runtime import Timeouts, TlsFiles
from gov_connect.settings.fields import FilePath, HttpUrl, Seconds


class SystemSettings(BaseModel):
    """What every outside system has. Times are seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)

    base_url: HttpUrl
    connect_timeout: Seconds = 5.0
    read_timeout: Seconds = 30.0
    total_timeout: Seconds = 60.0
    """Bound of one exchange, retries and waits included."""
    attempts: Annotated[int, Field(ge=1, le=20)] = 4
    first_wait: Annotated[float, Field(ge=0, le=60)] = 0.2
    """Before the second attempt; doubles each time."""
    per_second: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Calls a second; None for no limit of ours."""
    ca_file: FilePath = ""
    """PEM file of the authority that issued the gateway's certificate; "" for the public roots, "system" for what
    the operating system trusts."""
    client_cert: FilePath = ""
    """PEM file of our own certificate, where the gateway wants one (mTLS)."""
    client_key: FilePath = ""
    """PEM file of its key; "" when it stands in `client_cert`."""
    client_key_password: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _key_with_certificate(self) -> Self:
        if self.client_key and not self.client_cert:
            raise Rejected("value.needed_with", at="client_cert", other="CLIENT_KEY")
        return self

    @property
    def tls(self) -> TlsFiles | None:
        """Certificates of the connection; None where the usual checks do."""
        if not self.ca_file and not self.client_cert:
            return None
        return TlsFiles(
            ca_file=self.ca_file,
            client_cert=self.client_cert,
            client_key=self.client_key,
            password=self.client_key_password.get_secret_value(),
        )

    @property
    def hosts(self) -> frozenset[str]:
        """Where messages may go: the hosts of all addresses in these settings, and no other."""
        holders: list[BaseModel] = [self, *(value for _, value in self if isinstance(value, BaseModel))]
        addresses = [value for holder in holders for name, value in holder if name.endswith("_url") and value]
        return frozenset(origin(address) for address in addresses)

    def limits(self) -> Limits:
        """The same as the guard wants it."""
        return Limits(
            timeouts=Timeouts(connect=self.connect_timeout, read=self.read_timeout, total=self.total_timeout),
            retry=RetryPolicy(
                attempts=self.attempts,
                first_wait=self.first_wait,
                jitter=self.first_wait,
                total=self.total_timeout,
            ),
            breaker=BreakerPolicy(),
            per_second=self.per_second,
            tls=self.tls,
            hosts=self.hosts,
        )
