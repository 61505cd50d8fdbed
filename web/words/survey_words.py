"""Labels for what the survey leaves on the trail. English msgids."""

from storage.problem import N_

SURVEY_ACTIONS = {
    "survey_taken_in": N_("Sheets of the survey taken in"),
    "survey_joined": N_("Name in the survey matched to a certificate"),
    "survey_noted": N_("Open point of the survey noted"),
    "survey_settled": N_("Open point of the survey settled"),
    "survey_reopened": N_("Point of the survey opened again"),
}
