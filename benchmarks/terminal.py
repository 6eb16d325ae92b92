"""What the person at the terminal reads."""


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201
