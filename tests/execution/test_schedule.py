"""What runs when: claims are read last, and nobody waits idle."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest

from briefkit.execution import schedule
from briefkit.execution.run import Job, Result
from briefkit.execution.schedule import Schedule
from briefkit.project.edition import load_edition
from briefkit.project.layout import Project
from briefkit.publishing.prefetch import Prefetch
from conftest import OPEN, PARAMETERS, briefkit, write_notebook


class Desk:
    """Takes jobs, and ends them one after another, as late as it can."""

    def __init__(self, root: Path) -> None:
        self.project, self.log = Project(root), list[str]()
        self._left: list[tuple[Job, Future[Result]]] = []

    def submit(self, job: Job) -> Future[Result]:
        self.log.append(f"{job.section} starts")
        future: Future[Result] = Future()
        self._left.append((job, future))
        return future

    def wait(self, running: object, **_: object) -> tuple[list[Future[Result]], None]:
        """Let end what started first."""
        job, future = self._left.pop(0)
        self.log.append(f"{job.section} ends")
        future.set_result(Result(job, (job.root / job.notebook).read_text("utf-8"), None, 0))
        return [future], None

    def run(self, **more: object) -> list[str]:
        """What happened, in order."""
        edition = load_edition("e", self.project.params)
        for _ in Schedule(self.project, self.submit, None, data="", limits={}, **more).results([edition]):
            self.log.append("made")
        return self.log


@pytest.fixture
def desk(brief, monkeypatch) -> Desk:
    """A brief of two sections, and one that reads their claims."""
    root = brief(a=[], b=[])
    late = OPEN.format("z").replace("overrides)", "overrides, claims=claims)")
    write_notebook(root / "notebooks" / "03_z.ipynb", late, parameters=f"{PARAMETERS}\nclaims = {{}}")
    made = Desk(root)
    monkeypatch.setattr(schedule, "wait", made.wait)
    return made


def test_a_section_that_reads_claims_starts_when_all_others_have_ended(desk):
    """Whoever waits lets one end."""
    assert desk.run() == ["a starts", "b starts", "a ends", "b ends", "z starts", "z ends", "made"]


def test_while_the_last_section_runs_the_others_can_be_laid_out(desk):
    """Not before: nothing stood in place of what still runs."""

    def idle(state):
        done = " ".join(state.results)
        desk.log.append(f"{state.edition.name} idle: {done}, {state.running} run, {state.others} more, {state.ended()}")

    progress = desk.run(idle=idle)
    assert progress[-4:] == ["z starts", "e idle: a b, 1 run, 0 more, False", "z ends", "made"]
    assert len([line for line in progress if "idle" in line]) == 3


def test_what_goes_wrong_while_idle_is_no_fault_of_the_run(desk):
    """What is wrong is raised again where its result is needed."""
    progress = desk.run(idle=lambda state: 1 / 0)
    assert progress[-1] == "made"


def test_a_process_for_the_last_section_is_made_ready_before_the_others_have_ended(desk):
    """So that it only has to be handed its job."""
    progress = desk.run(expect=lambda job: desk.log.append(f"expect {job.section}"))
    assert progress == ["a starts", "b starts", "a ends", "expect z", "b ends", "z starts", "z ends", "made"]


@pytest.mark.kernel
def test_while_a_section_runs_again_what_stood_before_stands_for_it(brief, monkeypatch):
    """The pages around it are laid out meanwhile; the page that is written has the new value."""
    root, seen, pages = brief(), [], Prefetch._pages

    def watched(self, report):
        seen.append([section.blocks for section in report.sections])
        return pages(self, report)

    monkeypatch.setattr(Prefetch, "_pages", watched)
    assert briefkit(root, "render", "--to", "html").returncode == 0
    assert not seen
    with (root / "data/observations.csv").open("a", encoding="utf-8") as file:
        file.write("trade,2017,18.9,,,2018-05-10,s,verified,\n")
    assert briefkit(root, "render", "--to", "html").returncode == 0
    assert len(seen) == 1 and "18.4" in str(seen) and "18.9" not in str(seen)
    assert "18.9" in (root / "build/e/index.html").read_text("utf-8")


@pytest.mark.kernel
def test_what_stood_before_may_no_longer_fit(brief, monkeypatch):
    """A claim that it settled has another name now: that is no error of what is made now."""
    root, seen, report = brief(), [], Prefetch._report

    def watched(self, idle):
        try:
            return report(self, idle)
        except ValueError as error:
            seen.append(str(error))
            raise

    assert briefkit(root, "render", "--to", "html").returncode == 0
    for path in (root / "data/claims.csv", root / "notebooks/01_s.ipynb"):
        path.write_text(path.read_text("utf-8").replace("grew", "swelled"), "utf-8")
    monkeypatch.setattr(Prefetch, "_report", watched)
    assert briefkit(root, "render", "--to", "html").returncode == 0
    assert seen == ["'grew' is not in list"] and "claim-swelled" in (root / "build/e/index.html").read_text("utf-8")


@pytest.mark.kernel
def test_sections_that_all_ask_for_claims_run(brief):
    """Nobody settles what they would wait for."""
    late = OPEN.format("s").replace("overrides)", "overrides, claims=claims)")
    root = brief(s=["1"])
    write_notebook(
        root / "notebooks" / "01_s.ipynb", late, "%%prose\nAlone.", parameters=f"{PARAMETERS}\nclaims = {{}}"
    )
    assert briefkit(root, "render", "--to", "html").returncode == 0
    assert "Alone." in (root / "build/e/index.html").read_text("utf-8")
