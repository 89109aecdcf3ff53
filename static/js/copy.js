// The button that copies a radicado. Where the browser cannot copy, the button stays hidden.

function wire(button) {
  const done = button.parentElement.querySelector("[role=status]");

  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      done.textContent = "Copiado";
    } catch {
      done.textContent = "No se pudo copiar. Selecciónelo y cópielo.";
    }
  });
}

function start() {
  document.querySelectorAll("[data-copy]").forEach(wire);
}

if (navigator.clipboard) {
  document.addEventListener("sac:page", start);
  start();
}
