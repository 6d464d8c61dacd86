"""What states, sections and the parts of an entry are called."""

from __future__ import annotations

from typing import Final

from ..results import Label

STATES: Final = {
    "differs": Label("khác nhau", "differs"),
    "lacking": Label("có nơi không quy định", "not in every text"),
    "same": Label("giống nhau", "the same"),
}
# What a part of an entry is about, and what two sides can differ in.
ASPECTS: Final = {
    "actor": Label("ai thực hiện", "who acts"),
    "to": Label("gửi ai", "to whom"),
    "start": Label("tính từ", "from"),
    "within": Label("trong", "within"),
    "except": Label("riêng", "except"),
    "only_for": Label("chỉ áp dụng cho", "only for"),
    "not_for": Label("không áp dụng cho", "not for"),
    "applies": Label("áp dụng cho", "applies to"),
    "done_by": Label("xong khi có", "done by"),
    "every": Label("kỳ", "period"),
    "due": Label("ngày theo văn bản", "day in the text"),
    "last_day": Label("ngày cuối còn trong hạn", "last day in time"),
    "opens": Label("mở khi", "opens"),
    "act": Label("phải làm", "to be done"),
    "closed_by": Label("đóng khi có", "closed by"),
    "due_day": Label("thời hạn rơi vào ngày nghỉ", "due day on a day off"),
    "cell": Label("trạng thái", "status"),
    "field": Label("thông tin", "information"),
    "count": Label("số liệu", "count"),
    "text": Label("văn bản nêu", "the text says"),
    "outside": Label("không áp dụng", "does not apply"),
    "since": Label("hiệu lực từ", "in force from"),
    "caveat": Label("lưu ý", "caveat"),
    "rules": Label("các quy định đi cùng nhau", "which go together"),
}
# Sections of a rule file that are compared as topics; the first three stand before the topics, the others behind `statuses`.
SECTIONS: Final = {
    "in_force": Label("Hiệu lực", "In force"),
    "scope": Label("Phạm vi", "Scope"),
    "secrecy": Label("Nhiệm vụ mật", "Secret tasks"),
    "required_information": Label("Thông tin phải cập nhật", "Information to record"),
    "tally": Label("Số liệu báo cáo", "Tally"),
}
HEAD: Final = ("in_force", "scope", "secrecy")
BEHIND_STATUSES: Final = ("required_information", "tally")
