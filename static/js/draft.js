// Saves the text of a textarea with data-draft-url on the server while it is typed. Nothing is kept
// in the browser: phones and computers here are often shared.

const PAUSE = 1500; // ms without typing before saving
const RETRY = 10000; // ms before trying again after a failure

function clock() {
  return new Intl.DateTimeFormat("es-CO", { hour: "numeric", minute: "2-digit" }).format(new Date());
}

function watch(area) {
  const form = area.form;
  const status = document.getElementById(`${area.id}-draft`);
  const token = form.elements.csrf_token.value;
  let saved = area.value;
  let timer;
  let busy = false;
  let sent = false;

  const plan = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };

  async function save() {
    if (busy || sent || area.value === saved) {
      return;
    }

    const text = area.value;
    const body = new URLSearchParams(
      Array.from(new FormData(form)).filter(([, value]) => typeof value === "string"),
    );
    busy = true;

    try {
      const answer = await fetch(area.dataset.draftUrl, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": token, "X-Draft": "1" },
        credentials: "same-origin",
        redirect: "error",
      });

      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      saved = text;
      status.textContent = `Guardado a las ${clock()}`;
    } catch {
      status.textContent = "Aún sin guardar. Siga escribiendo: se intenta otra vez en unos segundos.";
      plan(RETRY);
    } finally {
      busy = false;
      if (area.value !== text) {
        plan(PAUSE);
      }
    }
  }

  area.addEventListener("input", () => plan(PAUSE));
  area.addEventListener("blur", () => plan(0));
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
  });
  form.addEventListener("sac:kept", () => {
    sent = false;
    plan(PAUSE);
  });
}

function start() {
  document.querySelectorAll("textarea[data-draft-url]").forEach(watch);
}

document.addEventListener("sac:page", start);
start();
