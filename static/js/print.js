// The button that prints the page. Without this module the browser's own command does it.

function start() {
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    if (button.autofocus) {
      button.focus(); // it could not be while it was hidden
    }
    button.addEventListener("click", () => window.print());
  });
}

document.addEventListener("sac:page", start);
start();
