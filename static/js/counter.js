// Says how many characters are left in a textarea with data-counter.

const number = new Intl.NumberFormat("es-CO");

function words(left) {
  const amount = number.format(Math.abs(left));
  const unit = Math.abs(left) === 1 ? "carácter" : "caracteres";

  return left < 0
    ? `Sobran ${amount} ${unit}. Acorte el texto o envíe el resto como archivo.`
    : `Le quedan ${amount} ${unit}.`;
}

function watch(area) {
  const max = Number(area.dataset.counter);
  const info = document.getElementById(`${area.id}-info`);
  const spoken = document.createElement("p");
  let pause;

  info.setAttribute("aria-hidden", "true");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("role", "status");
  info.after(spoken);

  const show = () => {
    // The server counts characters, and a line break as one.
    const left = max - Array.from(area.value).length;

    info.textContent = words(left);
    info.classList.toggle("sac-over", left < 0);
    clearTimeout(pause);
    pause = setTimeout(() => {
      spoken.textContent = left < max * 0.1 ? info.textContent : "";
    }, 1000);
  };

  area.addEventListener("input", show);
  window.addEventListener("pageshow", show);
  show();
}

function start() {
  document.querySelectorAll("textarea[data-counter]").forEach(watch);
}

document.addEventListener("sac:page", start);
start();
