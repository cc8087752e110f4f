"""Load and check all that a render depends on, before anything runs."""

from __future__ import annotations

from briefkit.errors import BriefError, EditionError, LedgerError, NotebookError, Problem, Problems
from briefkit.ledger.ledger import Ledger, load_ledger
from briefkit.project.edition import Edition, check_overrides, load_edition
from briefkit.project.layout import Project, editions_in
from briefkit.project.notebooks import check_parameters, sections
from briefkit.project.options import RenderOptions


def prepare(project: Project, options: RenderOptions) -> tuple[Ledger, list[Edition]]:
    """Load and check the ledger, the editions and what notebooks declare; nothing runs.

    Parameters
    ----------
    project : Project
        The brief.
    options : RenderOptions
        Which editions (all when it names none), and what is set on the command line.

    Returns
    -------
    ledger : Ledger
        Every row checked.
    editions : list of Edition
        In the order asked for; at least one.

    Raises
    ------
    BriefError
        With every problem found in any of them.
    """
    notebooks = sections(project.notebooks)
    if not notebooks:
        found = f'no notebooks such as 01_context.ipynb in "{project.notebooks}"'
        raise BriefError(f"project: {found}, expected a brief's folder; go there or name it with --project")
    problems: list[Problem] = []
    ledger: Ledger | None = None
    try:
        ledger = load_ledger(options.data or project.data)
    except LedgerError as error:
        problems += error.problems
    editions = []
    for name in options.editions or editions_in(project.params):
        try:
            edition = load_edition(name, project.params, as_of=options.as_of, changes=options.changes)
            if ledger is not None:
                check_overrides(edition, ledger.tables["figures"]["figure"])
            check_parameters(edition.notebook_parameters(), notebooks, str(edition.path))
            editions.append(edition)
        except (EditionError, NotebookError) as error:
            problems += error.problems
    if problems:
        raise Problems(dict.fromkeys(problems))
    if ledger is None or not editions:
        raise BriefError(f'editions: found none in "{project.params}", expected a YAML file; write one')
    return ledger, editions
