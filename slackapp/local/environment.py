"""What a local run makes up once: secrets, and addresses of this machine."""

import base64
import os
import secrets
from pathlib import Path

HEADER = (
    "# Written once by `make run`; yours to edit. A file named .env is read instead of this one.\n"
)


def ensure(path: Path, addresses: dict[str, str]) -> None:
    """Write an environment file with fresh secrets for its owner alone, unless there is one."""
    if path.exists():
        return
    lines = [f"{name}={value}\n" for name, value in {**_fresh_secrets(), **addresses}.items()]
    write_private(path, HEADER + "".join(lines))


def addresses(*, app_port: int, sandbox_port: int) -> dict[str, str]:
    """Return where the app and the local Slack are, by the settings' names."""
    slack = f"http://127.0.0.1:{sandbox_port}"
    return {
        "APP_URL": f"http://127.0.0.1:{app_port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SLACK_API_URL": f"{slack}/api/",
        "SLACK_AUTHORIZE_URL": f"{slack}/oauth/v2/authorize",
        "LOG_FORMAT": "text",
    }


def ensure_password(path: Path) -> str:
    """Return the password kept in ``path``, which is made up when there is none."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(12) + "\n")
    return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Put ``text`` in ``path``, readable by its owner alone, whole even when interrupted."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    unfinished.replace(path)


def _fresh_secrets() -> dict[str, str]:
    """Shaped like what Slack's app settings show."""
    digits = [str(secrets.randbelow(9 * 10**12) + 10**12) for _ in range(2)]  # 13 digits each
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": "local1:" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "SLACK_CLIENT_ID": ".".join(digits),
        "SLACK_CLIENT_SECRET": secrets.token_hex(16),
        "SLACK_SIGNING_SECRET": secrets.token_hex(16),
    }
