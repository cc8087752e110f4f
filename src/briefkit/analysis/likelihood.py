"""Words of likelihood, calibrated: the scale of the IPCC.

M. D. Mastrandrea et al., Guidance Note for Lead Authors of the IPCC Fifth Assessment Report on Consistent
Treatment of Uncertainties, 2010, table 1.
"""

from __future__ import annotations

LIKELIHOOD_SCALE = [
    ("virtually certain", 99, 100),
    ("very likely", 90, 100),
    ("likely", 66, 100),
    ("about as likely as not", 33, 66),
    ("unlikely", 0, 33),
    ("very unlikely", 0, 10),
    ("exceptionally unlikely", 0, 1),
]
"""Word, from and to in percent."""


def likelihood_word(chance: float) -> str:
    """Return the narrowest word that covers a chance; of two as narrow the first by the alphabet.

    Parameters
    ----------
    chance : float
        In percent, 0 to 100.

    Examples
    --------
    >>> likelihood_word(5)
    'very unlikely'
    """
    return min((high - low, word) for word, low, high in LIKELIHOOD_SCALE if low <= chance <= high)[1]


def likelihoods() -> dict[str, list[str]]:
    """Return the rows of a table: the words of the scale and what they mean."""
    return {word: [f"{low} to {high}%"] for word, low, high in LIKELIHOOD_SCALE}
