"""Planning duty in the browser, and handing one's cases over. The rota itself: cases/duty."""
