"""The directory of certificates (证明): what used to be brought on paper, and what replaces it. Its pages: requesters, reform."""
