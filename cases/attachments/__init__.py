"""Pictures and PDFs on a case: written anew in a process of its own, kept sealed page by page, shown with their reader's mark."""
