// Says who else has the case open, and looks again at a page whose answer has left meanwhile.

const BEAT = 20000; // ms between two beats

function follow(place) {
  async function beat() {
    try {
      const answer = await fetch(place.dataset.presenceUrl, {
        method: "POST",
        body: new URLSearchParams({ writing: place.dataset.writing ?? "0" }),
        headers: { "X-CSRFToken": place.dataset.token },
        credentials: "same-origin",
        redirect: "error",
      });
      const { words } = await answer.json();
      if (place.textContent !== words) {
        place.textContent = words;
      }
    } catch {
      place.textContent = ""; // better to say nothing than what was true a while ago
    }
  }

  beat();
  setInterval(() => {
    if (document.visibilityState === "visible") {
      beat();
    }
  }, BEAT);
}

document.querySelectorAll("[data-presence-url]").forEach(follow);
document.querySelectorAll("[data-reload-at]").forEach((place) => {
  const left = new Date(place.dataset.reloadAt).getTime() - Date.now();
  setTimeout(() => window.location.reload(), Math.max(left, 0) + 2500);
});
