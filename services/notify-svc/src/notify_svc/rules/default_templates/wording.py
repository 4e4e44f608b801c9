"""How a short template is written down: English and Chinese beside each other."""

from notify_svc.rules.templates import NoticeTemplate, OwnTemplate, Text


def both(event: str, subject: str, body: str, subject_zh: str, body_zh: str) -> NoticeTemplate:
    """Subject and body in English, then in Chinese. Raises ValueError for a text that does not render with the event's sample."""
    return OwnTemplate(
        event=event, texts={"en": Text(subject=subject, body=body), "zh": Text(subject=subject_zh, body=body_zh)}
    )
