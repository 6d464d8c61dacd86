"""A regulation as a page of Markdown: what it asks for, article by article. Shown by `show`, kept in the docs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..files.typed import Bilingual
from ..regulation import Regulation
from ..results import Lang
from ..rulebook.library import shared_topics
from ..rulebook.model import RuleSet, StatusRow
from ..rulebook.rules import DeadlineRule, Due, EscalationRule, Rule, Within
from ..rulebook.words import When

_EVERY = {
    "month": Bilingual(vi="hằng tháng", en="every month"),
    "quarter": Bilingual(vi="hằng quý", en="every quarter"),
    "half": Bilingual(vi="6 tháng đầu năm", en="first half of the year"),
    "nine_months": Bilingual(vi="9 tháng", en="nine months"),
    "year": Bilingual(vi="hằng năm", en="every year"),
    "once": Bilingual(vi="một lần", en="once"),
    "on_request": Bilingual(vi="theo yêu cầu", en="on request"),
    "occasion": Bilingual(vi="khi phát sinh", en="when the occasion arises"),
    "period_not_stated": Bilingual(vi="định kỳ (không nêu kỳ)", en="periodically (no period stated)"),
}


def describe(regulation: Regulation, lang: Lang = "vi") -> str:
    """The regulation as Markdown, in Vietnamese or English; quotes and citations stay in Vietnamese."""
    return "\n".join(_Page(regulation.rules, lang, regulation.readings).lines()) + "\n"


class _Page:
    def __init__(self, rules: RuleSet, lang: Lang, readings: dict[str, str]) -> None:
        self.rules = rules
        self.lang = lang
        self.readings = readings

    def say(self, vi: str, en: str) -> str:
        return en if self.lang == "en" else vi

    def text(self, label: Bilingual) -> str:
        return label.en if self.lang == "en" else label.vi

    def party(self, codes: Iterable[str]) -> str:
        return ", ".join(self.text(self.rules.parties[code]) for code in codes) or "–"

    def lines(self) -> Iterator[str]:
        yield from self.head()
        yield from self.deadlines()
        yield from self.reports()
        yield from self.statuses()
        yield from self.escalations()
        yield from self.rest()

    def table(self, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
        yield "| " + " | ".join(header) + " |"
        yield "|" + "---|" * len(header)
        for row in rows:
            yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
        yield ""

    def head(self) -> Iterator[str]:
        rules, force = self.rules, self.rules.in_force
        yield f"# {self.text(rules.title)}"
        yield ""
        yield f"- id: `{rules.id}`"
        yield f"- {self.say('Cơ quan ban hành', 'Issuer')}: {self.text(rules.issuer)}"
        number = rules.instrument.number or self.say("không ghi", "left blank")
        yield f"- {self.say('Số', 'Number')}: {number}"
        if rules.instrument.note:
            yield f"- {self.text(rules.instrument.note)}"
        where = f"{force.cite} “{force.quote}”" if force.cite else self.text(force.reason) if force.reason else ""
        yield f"- {self.say('Hiệu lực từ', 'In force from')}: {force.since or force.year} ({where})"
        if force.note:
            yield f"- {self.text(force.note)}"
        yield f"- {self.say('Đã kiểm tra hiệu lực ngày', 'Last checked')}: {force.checked}"
        for caveat in rules.caveats:
            yield f"- **{self.say('Lưu ý', 'Caveat')}** ({self.say('từ', 'from')} {caveat.since}, {caveat.source}): {self.text(caveat.text)}"
        yield ""

    def deadlines(self) -> Iterator[str]:
        yield f"## {self.say('Thời hạn', 'Deadlines')}"
        yield ""
        header = ("id", self.say("việc", "duty"), self.say("ai", "who"), self.say("tính từ", "from"), self.say("trong", "within"))
        yield from self.table((*header, self.say("điều khoản", "article"), self.say("lời văn", "words")), map(self.deadline, self.rules.deadlines))

    def deadline(self, rule: DeadlineRule) -> tuple[str, ...]:
        starts = " / ".join(" → ".join(f"`{field}`" for field in start.first_known) + self.under(start.under) for start in rule.start)
        within = [self.within(rule.within)]
        within += [f"{self.when(exception.when)}: {self.within(exception.within)} ({exception.cite})" for exception in rule.exceptions]
        within += [f"{self.say('chỉ khi', 'only where')} {self.when(scope.when)} ({scope.cite})" for scope in rule.only_for]
        within += [f"{self.say('không áp dụng khi', 'not where')} {self.when(scope.when)} ({scope.cite})" for scope in rule.not_for]
        if rule.note:
            within.append(self.text(rule.note))
        who = f"{self.party([rule.actor])} → {self.party(rule.to)}" if rule.to else self.party([rule.actor])
        return f"`{rule.id}`", self.text(rule.label), who, starts, "; ".join(within), self.cites(rule), f"“{rule.quote}”"

    def within(self, within: Within) -> str:
        match within.unit:
            case "working_days":
                return self.say(f"{within.number} ngày làm việc", f"{within.number} working day{'s' if within.number != 1 else ''}")
            case "days":
                return self.say(f"{within.number} ngày", f"{within.number} days")
            case "immediately":
                return self.say("ngay", "at once")
            case "promptly":
                return self.say("kịp thời, không nêu số ngày", "promptly, no number")
        return self.say("không nêu số ngày", "no number")

    def when(self, when: When) -> str:
        def value(item: object) -> str:
            return ("yes" if item else "no") if isinstance(item, bool) else str(item)

        return ", ".join(f"{name} = {' / '.join(value(item) for item in values)}" for name, values in when.facts().items())

    def under(self, under: dict[str, str]) -> str:
        return f" ({', '.join(f'{id} = {option}' for id, option in under.items())})" if under else ""

    def cites(self, rule: Rule) -> str:
        return "; ".join(dict.fromkeys((rule.cite, *(cited.cite for cited in rule.also))))

    def reports(self) -> Iterator[str]:
        yield f"## {self.say('Báo cáo', 'Reports')}"
        yield ""
        header = ("id", self.say("báo cáo", "report"), self.say("ai → ai", "from → to"), self.say("kỳ", "period"), self.say("ngày", "day"))
        rows = (
            (
                f"`{rule.id}`",
                self.text(rule.label),
                f"{self.party([rule.actor])} → {self.party(rule.to)}",
                self.text(_EVERY[rule.every]),
                " / ".join(self.due(due) for due in rule.due),
                self.cites(rule),
                f"“{rule.quote}”",
            )
            for rule in self.rules.reports
        )
        yield from self.table((*header, self.say("điều khoản", "article"), self.say("lời văn", "words")), rows)

    def due(self, due: Due) -> str:
        day = due.before_day or due.by_day or due.on_day
        written = f"{day}/{due.month}" if due.month else self.say(f"{day} của tháng (cuối kỳ)", f"{day} of the (last) month")
        match due.form:
            case "before_day":
                text = self.say(f"trước ngày {written}", f"before {written}")
                text += self.say(" (chữ “trước” ở đầu danh sách)", " (“trước” heads the list)") if due.carried_over else ""
            case "by_day":
                text = self.say(f"chậm nhất vào ngày {written}", f"by {written}, that day included")
            case "on_day":
                text = self.say(f"ngày {written}", f"on {written}")
            case "within_months":
                months = ", ".join(str(month) for month in due.within_months)
                text = self.say(f"trong tháng {months}", f"within month {months}")
            case "days_after_promulgation":
                text = self.say(f"{due.days_after_promulgation} ngày kể từ ngày ban hành", f"{due.days_after_promulgation} days after promulgation")
            case "set_by":
                text = f"{due.set_by.instrument}: {self.text(due.set_by.reason)}" if due.set_by else ""
            case "same_as":
                text = self.say(f"như `{due.same_as}`", f"as `{due.same_as}`")
            case _:
                text = self.text(due.no_day) if due.no_day else ""
        return text + self.under(due.under)

    def statuses(self) -> Iterator[str]:
        statuses = self.rules.statuses
        yield f"## {self.say('Trạng thái', 'Statuses')}"
        yield ""
        if statuses.not_supplied:
            yield f"{self.text(statuses.not_supplied.reason)} ({statuses.not_supplied.cite})"
            yield ""
            return
        yield f"{statuses.cite}: “{statuses.quote}”"
        yield ""
        header = (
            self.say("tiến độ", "progress"),
            self.say("thời hạn", "timeliness"),
            self.say("trạng thái", "status"),
            self.say("cách đọc", "reading"),
        )
        yield from self.table(header, map(self.status_row, statuses.table))
        if self.rules.tally:
            tally = self.rules.tally
            yield f"{self.say('Số liệu báo cáo', 'Tally')} ({tally.cite}): {', '.join(self.text(count.label) for count in tally.counts)}."
            yield ""

    def status_row(self, row: StatusRow) -> tuple[str, ...]:
        if row.status:
            answer = f"`{row.status}` {self.text(self.rules.statuses.labels[row.status])}"
        else:
            answer = f"{self.say('không có', 'none')}: {self.text(row.no_status)}" if row.no_status else ""
        return ", ".join(row.progress), ", ".join(row.timeliness), answer, self.under(row.under).strip(" ()")

    def escalations(self) -> Iterator[str]:
        yield f"## {self.say('Báo cáo, xin ý kiến, chuyển lại', 'Escalations')}"
        yield ""
        header = ("id", self.say("việc", "duty"), self.say("ai → ai", "from → to"), self.say("mở khi", "opens"))
        rows = (
            (
                f"`{rule.id}`",
                self.text(rule.label) + (f". {self.text(rule.note)}" if rule.note else ""),
                f"{self.party([rule.actor])} → {self.party(rule.to)}",
                self.opens(rule),
                self.cites(rule),
                f"“{rule.quote}”",
            )
            for rule in self.rules.escalations
        )
        yield from self.table((*header, self.say("điều khoản", "article"), self.say("lời văn", "words")), rows)

    def opens(self, rule: EscalationRule) -> str:
        opens, parts = rule.opens, []
        if opens.on_request:
            parts.append(self.say("theo đề nghị", "on request"))
        if opens.on:
            parts.append(f"`{opens.on}`")
        if opens.due:
            reached = opens.due == "reached"
            parts.append(self.say("đã đến hạn", "once due") if reached else self.say("đã quá hạn", "once overdue"))
        if opens.not_carried_out:
            parts.append(self.say("chưa thực hiện", "not carried out"))
        if rule.act == "promptly":
            parts.append(self.say("kịp thời", "promptly"))
        return ", ".join(parts)

    def rest(self) -> Iterator[str]:
        rules = self.rules
        if rules.excluded or rules.secret_tasks:
            yield f"## {self.say('Phạm vi', 'Scope')}"
            yield ""
            for scope in rules.excluded:
                why = f"{self.text(scope.reason)} ({scope.cite} “{scope.quote}”)"
                yield f"- {self.say('Không áp dụng khi', 'Not where')} {self.when(scope.when)}: {why}"
            if rules.secret_tasks:
                yield f"- {self.text(rules.secret_tasks.text)} ({rules.secret_tasks.cite} “{rules.secret_tasks.quote}”)"
            yield ""
        if rules.required_information:
            yield f"## {self.say('Thông tin phải cập nhật', 'Information to record')}"
            yield ""
            for field in rules.required_information.fields:
                optional = self.say(" (có thể không có)", " (may be empty)") if field.may_be_empty else ""
                when = f" ({self.when(field.when)})" if field.when else ""
                yield f"- `{field.field}`{optional}{when}: {field.cite} “{field.quote}”"
            yield ""
        if rules.not_supplied:
            yield f"## {self.say('Không có trong văn bản được cung cấp', 'Not in the text supplied')}"
            yield ""
            topics = {**shared_topics(), **rules.topics}
            for other in rules.not_supplied:
                yield f"- {self.text(topics[other.topic])}: {self.text(other.reason)} ({other.cite})"
            yield ""
