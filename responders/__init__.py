"""Those who answer: departments' machines and window clerks."""
