"""What codes are called, in Vietnamese and English, and how days are written for people."""

from __future__ import annotations

from datetime import date
from typing import Final

from .days import vietnamese
from .results import Label, Lang, NoticeKind

PROGRESS: Final = {
    "not_started": Label("chưa bắt đầu", "not started"),
    "in_progress": Label("đang thực hiện", "in progress"),
    "completed": Label("đã hoàn thành", "completed"),
}
TIMELINESS: Final = {
    "in_time": Label("trong hạn", "in time"),
    "overdue": Label("quá hạn", "overdue"),
    "no_deadline": Label("không có thời hạn", "no time limit"),
}
DEADLINE_STATES: Final = {
    "waiting": Label("chưa bắt đầu tính", "waiting for its start"),
    "pending": Label("còn hạn", "pending"),
    "met": Label("đúng hạn", "met"),
    "met_late": Label("đã làm, trễ hạn", "met late"),
    "missed": Label("quá hạn, chưa làm", "missed"),
    "no_number": Label("văn bản không ấn định số ngày", "the text sets no number"),
    "not_applicable": Label("không áp dụng", "not applicable"),
}
ESCALATION_STATES: Final = {
    "upcoming": Label("chưa mở", "upcoming"),
    "open": Label("đang mở", "open"),
    "closed": Label("đã đóng", "closed"),
}
NOTICE_KINDS: Final[dict[NoticeKind, Label]] = {
    "due": Label("đến hạn", "due"),
    "missed": Label("quá hạn", "missed"),
    "opens": Label("cần báo cáo, đề xuất", "to be raised"),
    "report_due": Label("hạn báo cáo", "report due"),
    "reminder": Label("nhắc việc", "reminder"),
    "warning": Label("cảnh báo", "warning"),
}
OWN_LIMIT: Final = Label("Thời hạn của nhiệm vụ", "The task's own time limit")
CERTAINTY: Final = {
    "official": Label("đã công bố", "official"),
    "projected": Label("dự kiến", "projected"),
    "unverified": Label("chưa kiểm chứng", "unverified"),
}
FIELDS: Final = {
    "issued_on": Label("ngày ban hành", "issued"),
    "assigned_on": Label("ngày giao", "assigned"),
    "received_on": Label("ngày nhận", "received"),
    "transferred_on": Label("ngày chuyển", "transferred"),
    "reviewed_on": Label("ngày rà soát", "reviewed"),
    "due_on": Label("thời hạn", "due"),
    "started_on": Label("ngày bắt đầu", "started"),
    "status_updated_on": Label("ngày cập nhật", "status updated"),
    "completed_on": Label("ngày hoàn thành", "completed"),
    "returned_on": Label("ngày trả lại", "returned"),
    "feedback_received_on": Label("ngày phản hồi", "feedback received"),
    "urged_on": Label("ngày đôn đốc", "urged"),
    "inspection_ended_on": Label("ngày kết thúc kiểm tra", "inspection ended"),
    "inspection_reported_on": Label("ngày báo cáo kiểm tra", "inspection reported"),
    "difficulty_on": Label("ngày vướng mắc", "difficulty met"),
    "unsatisfactory_on": Label("ngày chưa đạt yêu cầu", "found unsatisfactory"),
}


def counted(number: int, thing: str) -> str:
    """A number of things in English: `1 row`, `2 rows`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def day_text(day: date | None, lang: Lang) -> str:
    """A day as people write it: 20/11/2026, or 2026-11-20 in English; a dash where there is none."""
    if day is None:
        return "–"
    return vietnamese(day) if lang == "vi" else day.isoformat()
