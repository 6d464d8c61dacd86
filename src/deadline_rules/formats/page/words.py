"""The words of the page itself, Vietnamese and English."""

from __future__ import annotations

from typing import Final

from ...results import Label

COMPARISON: Final = Label("Đối chiếu quy chế", "Regulations side by side")
ABOUT: Final = Label(
    "Từng nội dung, mỗi văn bản quy định thế nào, theo điều khoản nào, và khác nhau ở đâu.",
    "Topic by topic, what each regulation says, under which article, and where they differ.",
)
REPORTS: Final = Label("Lịch báo cáo", "Report days")
SKIP: Final = Label("Đến nội dung chính", "Skip to the content")
LANGUAGE: Final = Label("Ngôn ngữ", "Language")
CONTENTS: Final = Label("Mục lục", "Contents")
SIDES: Final = Label("Văn bản", "Regulations")
MATRIX: Final = Label("Bảng đối chiếu", "Side by side")
YEAR: Final = Label("Ngày báo cáo", "Report days")
WITNESSES: Final = Label("Ví dụ nhỏ nhất", "Smallest examples")
FOOT: Final = Label(
    "Trang này giúp đọc văn bản, không thay văn bản. Điều khoản và trích dẫn ghi theo văn bản gốc.",
    "This page helps to read the regulations and does not replace them. Articles and quotes are those of the Vietnamese texts.",
)

ISSUER: Final = Label("Cơ quan ban hành", "Issuer")
NUMBER: Final = Label("Số", "Number")
NO_NUMBER: Final = Label("không ghi số", "no number")
IN_FORCE: Final = Label("Hiệu lực từ", "In force from")
READINGS: Final = Label("Cách đọc đã chọn", "Readings chosen")
VERSION: Final = Label("Phiên bản quy tắc", "Version of the rules")

FILTERS: Final = Label("Lọc bảng", "Filter the table")
FIND: Final = Label("Tìm trong nội dung", "Find in the text")
FIND_HINT: Final = Label("có dấu hoặc không dấu, ví dụ: bao cao thang", "with or without diacritics, for example: bao cao thang")
GROUPS: Final = Label("Kết quả so sánh", "Outcome")
SHOWN_SIDES: Final = Label("Văn bản hiển thị", "Regulations shown")
ACTOR: Final = Label("Ai thực hiện", "Who acts")
ANYONE: Final = Label("Tất cả", "Anyone")
RESET: Final = Label("Xóa bộ lọc", "Clear the filters")
SHOWN: Final = Label("Đang hiện {shown} trong {all} nội dung", "Showing {shown} of {all} topics")
NONE_SHOWN: Final = Label("Không có nội dung nào khớp với bộ lọc.", "No topic matches the filters.")
TOPIC: Final = Label("Nội dung", "Topic")
DIFFERS_IN: Final = Label("Khác ở", "Differs in")
SILENT: Final = Label("Văn bản không quy định", "The text has nothing on this")
NOT_AT_HAND: Final = Label("Chưa có văn bản", "Text not at hand")
DUTIES: Final = Label("Nhiệm vụ thường xuyên của", "Standing duty of")
MORE: Final = Label("Trích văn bản, ghi chú", "Quote and notes")
READING: Final = Label("Điểm chưa rõ", "Open reading")
READ_AS: Final = Label("Đọc là", "Read as")
IF_READ: Final = Label("Nếu đọc là", "If read as")
REMARK: Final = Label("Ghi chú (tiếng Anh)", "Remark")

MATRIX_HELP: Final = Label(
    "Nội dung khác nhau đứng trước. Vạch đậm bên trái một mục cho biết các văn bản khác nhau ở mục đó.",
    "Topics that differ come first. A bold bar at the left of a line marks what the regulations differ in.",
)
YEAR_HELP: Final = Label(
    "Mỗi dấu là ngày cuối cùng còn trong hạn. Rê chuột hoặc dùng phím Tab để xem điều khoản; phím mũi tên chuyển sang dấu bên cạnh.",
    "Each mark is the last day in time. Point at it or reach it with Tab to see the article; the arrow keys go to the next mark.",
)
DUE: Final = Label("Hạn cuối", "Due")
SEND_BY: Final = Label("Gửi chậm nhất", "Send by")
PERIOD: Final = Label("Kỳ", "Period")
REPORT: Final = Label("Báo cáo", "Report")
FROM_TO: Final = Label("Ai gửi → gửi ai", "From → to")
ARTICLE: Final = Label("Điều khoản", "Article")
BY_READINGS: Final = Label("Theo các cách đọc", "Over the readings")
DAY_OFF: Final = Label("ngày nghỉ", "a day off")
NOT_OFFICIAL: Final = Label("lịch chưa công bố, có thể đổi", "not official yet, may change")
UNDATED: Final = Label("Báo cáo mà văn bản không ấn định ngày", "Reports to which the text gives no day")
NO_REASON: Final = Label("không nêu lý do", "no reason given")
NO_DATED: Final = Label("Không có báo cáo nào có ngày ấn định trong thời gian này.", "No report has a set day in this time.")
NOT_YET: Final = Label("Văn bản chưa có hiệu lực trong thời gian này.", "The regulation was not in force in this time.")
AS_TABLE: Final = Label("Danh sách ngày báo cáo", "List of report days")
SPECIAL_DAYS: Final = Label("Ngày nghỉ lễ, nghỉ hoán đổi và làm bù", "Holidays, swapped days and worked weekends")
DAY: Final = Label("Ngày", "Day")
WEEKDAY: Final = Label("Thứ", "Weekday")
WHAT: Final = Label("Loại ngày", "Kind of day")
REASON: Final = Label("Lý do", "Reason")
SOURCE: Final = Label("Căn cứ", "Source")
CERTAINTY: Final = Label("Mức chắc chắn", "Certainty")
LEGEND: Final = Label("Chú giải", "Legend")
MARK: Final = Label("hạn cuối", "due day")
MARK_OFF: Final = Label(
    "hạn rơi vào ngày nghỉ; chấm nhỏ: ngày làm việc cuối cùng để gửi", "due on a day off; small dot: the last working day to send it"
)
BAND: Final = Label("từ ngày sớm nhất đến muộn nhất theo các cách đọc", "from the earliest to the latest day over the readings")
KINDS: Final = {
    "week": Label("nghỉ hằng tuần", "weekly day off"),
    "holiday": Label("nghỉ lễ, tết", "public holiday"),
    "swap": Label("nghỉ theo thông báo, nghỉ hoán đổi", "off by decision, swapped day"),
    "worked": Label("làm bù vào ngày cuối tuần", "weekend day worked"),
}
MONTHS: Final = tuple(
    Label(f"T{number}", name)
    for number, name in enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], start=1)
)

WITNESS_HELP: Final = Label(
    "Với mỗi cặp văn bản: nhiệm vụ có ít dữ kiện nhất, hoặc kỳ báo cáo đầu tiên, mà hai văn bản trả lời khác nhau.",
    "For each pair of regulations: the task with the fewest facts, or the first report period, on which their answers differ.",
)
CASE: Final = Label("Trường hợp", "Case")
SAYS: Final = Label("trả lời", "answers")
AS_OF: Final = Label("xét ngày", "looked at on")
ANY_TASK: Final = Label("một nhiệm vụ chưa có dữ kiện nào", "a task of which nothing is known")
TASK_WITH: Final = Label("nhiệm vụ có", "a task with")
PERIOD_OF: Final = Label("kỳ báo cáo", "report period")
NEVER: Final = Label("Không bao giờ khác nhau, đến", "Never different, until")
NEVER_IDENTICAL: Final = Label("quy tắc như nhau", "the rules are the same")
FOUND: Final = Label("số chỗ khác nhau: {number}", "differences: {number}")
FACTS: Final = {
    ("urgent", True): Label("đột xuất", "urgent"),
    ("complex", True): Label("phức tạp", "complex"),
    ("routine", True): Label("thường xuyên theo chức năng", "routine"),
    ("assigned_by", "chair"): Label("do lãnh đạo cơ quan giao", "assigned by the chair"),
}
ANSWERS_ON: Final = {
    "deadlines": Label("thời hạn", "time limit"),
    "escalations": Label("báo cáo, xin ý kiến", "escalation"),
    "reports": Label("báo cáo định kỳ", "report"),
    "statuses": Label("trạng thái", "status"),
    "required_information": Label("thông tin phải cập nhật", "information to record"),
    "tally": Label("số liệu", "tally"),
}
# What the parties are called across regulations, each of which has its own name for them.
PARTIES: Final = {
    "office": Label("Văn phòng", "Office"),
    "unit": Label("Đơn vị thực hiện", "Unit"),
    "chair": Label("Lãnh đạo cơ quan", "Chair"),
    "superior": Label("Cấp trên", "Superior"),
}
