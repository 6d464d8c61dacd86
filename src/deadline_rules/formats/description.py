"""A regulation as a page of Markdown: what it asks for, article by article. Shown by `show`, kept in the docs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..files.typed import Bilingual
from ..regulation import Regulation
from ..results import Label, Lang
from ..rulebook.additions import Noticed
from ..rulebook.library import Pack, shared_topics
from ..rulebook.model import RuleSet, StatusRow
from ..rulebook.overlay import within_of
from ..rulebook.rules import DeadlineRule, Rule
from ..wording import EVERY, opening, report_day, under, when, within


def describe(regulation: Regulation, lang: Lang = "vi") -> str:
    """The regulation as Markdown, in Vietnamese or English; quotes and citations stay in Vietnamese."""
    return "\n".join(_Page(regulation.pack, lang).lines()) + "\n"


class _Page:
    def __init__(self, pack: Pack, lang: Lang) -> None:
        self.pack = pack
        self.rules: RuleSet = pack.rules
        self.lang = lang

    def say(self, vi: str, en: str) -> str:
        return en if self.lang == "en" else vi

    def text(self, label: Bilingual | Label) -> str:
        return label.en if self.lang == "en" else label.vi

    def party(self, codes: Iterable[str]) -> str:
        return ", ".join(self.text(self.rules.parties[code]) for code in codes) or "–"

    def lines(self) -> Iterator[str]:
        yield from self.head()
        yield from self.deadlines()
        yield from self.reports()
        yield from self.statuses()
        yield from self.escalations()
        yield from self.reminders()
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
        if below := [f"`{layer.id}`" for layer in self.pack.layers[-2::-1]]:
            yield f"- {self.say('Quy định nội bộ dưới', 'House rules under')}: {', '.join(below)}"
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
        starts = " / ".join(" → ".join(f"`{field}`" for field in start.first_known) + under(start.under) for start in rule.start)
        times = [self.text(within(rule.within))]
        times += [f"{when(exception.when)}: {self.text(within(exception.within))} ({exception.cite})" for exception in rule.exceptions]
        times += [f"{self.say('chỉ khi', 'only where')} {when(scope.when)} ({scope.cite})" for scope in rule.only_for]
        times += [f"{self.say('không áp dụng khi', 'not where')} {when(scope.when)} ({scope.cite})" for scope in rule.not_for]
        if rule.note:
            times.append(self.text(rule.note))
        who = f"{self.party([rule.actor])} → {self.party(rule.to)}" if rule.to else self.party([rule.actor])
        return f"`{rule.id}`", self.text(rule.label), who, starts, "; ".join(times), self.cites(rule), f"“{rule.quote}”"

    def cites(self, rule: Rule) -> str:
        # House rules stand in one citation with the provision they go beyond.
        return "; ".join(dict.fromkeys(cite for cited in (rule, *rule.also) for cite in cited.cite.split("; ")))

    def reports(self) -> Iterator[str]:
        yield f"## {self.say('Báo cáo', 'Reports')}"
        yield ""
        header = ("id", self.say("báo cáo", "report"), self.say("ai → ai", "from → to"), self.say("kỳ", "period"), self.say("ngày", "day"))
        rows = (
            (
                f"`{rule.id}`",
                self.text(rule.label),
                f"{self.party([rule.actor])} → {self.party(rule.to)}",
                self.text(EVERY[rule.every]),
                " / ".join(self.text(report_day(due)) + under(due.under) for due in rule.due),
                self.cites(rule),
                f"“{rule.quote}”",
            )
            for rule in self.rules.reports
        )
        yield from self.table((*header, self.say("điều khoản", "article"), self.say("lời văn", "words")), rows)

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
        return ", ".join(row.progress), ", ".join(row.timeliness), answer, under(row.under).strip(" ()")

    def escalations(self) -> Iterator[str]:
        yield f"## {self.say('Báo cáo, xin ý kiến, chuyển lại', 'Escalations')}"
        yield ""
        header = ("id", self.say("việc", "duty"), self.say("ai → ai", "from → to"), self.say("mở khi", "opens"))
        rows = (
            (
                f"`{rule.id}`",
                self.text(rule.label) + (f". {self.text(rule.note)}" if rule.note else ""),
                f"{self.party([rule.actor])} → {self.party(rule.to)}",
                self.text(opening(rule)),
                self.cites(rule),
                f"“{rule.quote}”",
            )
            for rule in self.rules.escalations
        )
        yield from self.table((*header, self.say("điều khoản", "article"), self.say("lời văn", "words")), rows)

    def reminders(self) -> Iterator[str]:
        """What only house rules have: reminders, warnings, and whether time may stand still."""
        pack = self.pack
        if pack.reminders:
            yield f"## {self.say('Nhắc việc', 'Reminders')}"
            yield ""
            header = ("id", self.say("việc", "what"), self.say("nhắc ai", "to"), self.say("khi nào", "when"), self.say("điều khoản", "article"))
            yield from self.table(header, map(self.reminder, pack.reminders))
        if pack.suspensions:
            yield f"## {self.say('Tạm dừng', 'Suspensions')}"
            yield ""
            yield f"{self.say('Thời gian tạm dừng được trừ khỏi thời hạn', 'Suspended time is taken out of the time limit')} ({pack.suspensions})."
            yield ""

    def reminder(self, notice: Noticed) -> tuple[str, ...]:
        own, kind = notice.reminder, self.say("cảnh báo", "warning") if notice.kind == "warning" else self.say("nhắc", "reminder")
        before = f"{self.text(within(within_of(own.before)))} {self.say('trước', 'before')} `{own.of}`"
        return f"`{own.id}`", f"{self.text(own.label)} ({kind})", self.party(own.to), before, notice.cite

    def rest(self) -> Iterator[str]:
        rules = self.rules
        if rules.excluded or rules.secret_tasks:
            yield f"## {self.say('Phạm vi', 'Scope')}"
            yield ""
            for scope in rules.excluded:
                why = f"{self.text(scope.reason)} ({scope.cite} “{scope.quote}”)"
                yield f"- {self.say('Không áp dụng khi', 'Not where')} {when(scope.when)}: {why}"
            if rules.secret_tasks:
                yield f"- {self.text(rules.secret_tasks.text)} ({rules.secret_tasks.cite} “{rules.secret_tasks.quote}”)"
            yield ""
        if rules.required_information:
            yield f"## {self.say('Thông tin phải cập nhật', 'Information to record')}"
            yield ""
            for field in rules.required_information.fields:
                optional = self.say(" (có thể không có)", " (may be empty)") if field.may_be_empty else ""
                cells = f" ({when(field.when)})" if field.when else ""
                yield f"- `{field.field}`{optional}{cells}: {field.cite} “{field.quote}”"
            yield ""
        if rules.not_supplied:
            yield f"## {self.say('Không có trong văn bản được cung cấp', 'Not in the text supplied')}"
            yield ""
            topics = {**shared_topics(), **rules.topics}
            for other in rules.not_supplied:
                yield f"- {self.text(topics[other.topic])}: {self.text(other.reason)} ({other.cite})"
            yield ""
