// Chosen files as a list that fills, and the form sent with its progress on view. Without this
// module the same form works as the browser sends it.

const MB = 1024 * 1024;
const decimals = new Intl.NumberFormat("es-CO", { maximumFractionDigits: 1 });

function size(bytes) {
  return bytes < MB
    ? `${Math.ceil(bytes / 1024)} kB`
    : `${decimals.format(bytes / MB)} MB`;
}

function element(name, className, text = "") {
  const node = document.createElement(name);

  node.className = className;
  node.textContent = text;

  return node;
}

// The files that go with the form. The browser's own control holds them, so that what is sent is
// what is seen.
class Files {
  constructor(input) {
    this.input = input;
    this.maxFiles = Number(input.dataset.maxFiles) || Infinity;
    this.maxFile = Number(input.dataset.maxFileMb) * MB || Infinity;
    this.maxTotal = Number(input.dataset.maxRequestMb) * MB || Infinity;
    this.chosen = [];
    this.list = element("ul", "sac-files__list sac-files__chosen");
    this.list.setAttribute("aria-label", "Archivos para enviar");
    this.total = element("p", "sac-files__total");
    this.total.setAttribute("role", "status");
    input.after(this.list, this.total);

    input.addEventListener("change", () => this.add(Array.from(input.files)));
    for (const kind of ["dragenter", "dragover"]) {
      input.addEventListener(kind, () => input.classList.add("sac-file--over"));
    }
    for (const kind of ["dragleave", "drop"]) {
      input.addEventListener(kind, () => input.classList.remove("sac-file--over"));
    }
    if (input.files.length) {
      this.add(Array.from(input.files));
    }
  }

  get bytes() {
    return this.chosen.reduce((sum, file) => sum + file.size, 0);
  }

  get keptCount() {
    const form = this.input.form;

    return form.querySelectorAll("input[name=kept]").length
      - form.querySelectorAll("input[name=drop]:checked").length;
  }

  add(files) {
    const isNew = (file) => !this.chosen.some(
      (other) => other.name === file.name && other.size === file.size
        && other.lastModified === file.lastModified,
    );

    this.chosen.push(...files.filter(isNew));
    this.show();
  }

  remove(file) {
    const place = this.chosen.indexOf(file);

    this.chosen.splice(place, 1);
    this.show();
    const buttons = this.list.querySelectorAll("button");
    (buttons[Math.min(place, buttons.length - 1)] || this.input).focus();
  }

  problem(file) {
    if (file.size === 0) {
      return "Este archivo está vacío. Quítelo o elija otro.";
    }
    if (file.size > this.maxFile) {
      return `Este archivo pesa ${size(file.size)}; el máximo es ${size(this.maxFile)}.`
        + " Puede partirlo o enviarlo después.";
    }

    return "";
  }

  // What keeps the whole from being sent, or "".
  get trouble() {
    if (this.chosen.some((file) => this.problem(file))) {
      return "Quite los archivos señalados para poder enviar.";
    }
    if (this.chosen.length + this.keptCount > this.maxFiles) {
      return `Son ${this.chosen.length + this.keptCount} archivos; el máximo es ${this.maxFiles}.`
        + " Quite algunos y envíelos después.";
    }
    if (this.bytes > this.maxTotal) {
      return `Los archivos pesan ${size(this.bytes)} en total; el máximo es ${size(this.maxTotal)}.`
        + " Quite algunos y envíelos después.";
    }

    return "";
  }

  item(file) {
    const row = element("li", "sac-files__item");
    const problem = this.problem(file);
    const button = element("button", "sac-link-button", "Quitar");

    button.type = "button";
    button.append(element("span", "govuk-visually-hidden", ` ${file.name}`));
    button.addEventListener("click", () => this.remove(file));
    row.append(
      element("span", "sac-files__name", file.name),
      element("span", "sac-files__size", size(file.size)),
      button,
    );
    if (problem) {
      row.append(element("span", "sac-files__problem", problem));
    }

    return row;
  }

  show() {
    const bag = new DataTransfer();

    this.chosen.forEach((file) => bag.items.add(file));
    this.input.files = bag.files;
    this.list.replaceChildren(...this.chosen.map((file) => this.item(file)));
    const count = this.chosen.length === 1 ? "1 archivo" : `${this.chosen.length} archivos`;
    this.total.textContent = this.trouble
      || (this.chosen.length ? `${count}, ${size(this.bytes)} en total.` : "");
  }
}

// The form on its way: one at a time, with its progress, and whole again if the network fails.
class Sending {
  constructor(form, files) {
    this.form = form;
    this.files = files;
    this.busy = false;
    this.box = element("div", "sac-sending");
    this.box.hidden = true;
    this.words = element("p", "sac-sending__words");
    this.words.setAttribute("role", "status");
    this.bar = document.createElement("progress");
    this.bar.max = 100;
    this.bar.setAttribute("aria-label", "Envío");
    this.box.append(this.words, this.bar);

    form.addEventListener("submit", (event) => this.submit(event));
  }

  submit(event) {
    const button = event.submitter;

    if (this.busy) {
      event.preventDefault();
      return;
    }
    if (button && button.hasAttribute("formaction")) {
      return;
    }
    event.preventDefault();
    const trouble = this.files.find((each) => each.trouble);

    if (trouble) {
      trouble.show();
      this.warn(trouble);
      trouble.input.focus();
      this.keep();
      return;
    }
    this.send(button);
  }

  // What the server said of an earlier sending is not why this one stays here.
  warn(files) {
    const list = document.querySelector("[data-error-summary] ul");

    if (list) {
      const link = element("a", "", files.trouble);
      const item = document.createElement("li");

      link.href = `#${files.input.id}`;
      item.append(link);
      list.replaceChildren(item);
    }
  }

  send(button) {
    const data = new FormData(this.form);
    const request = new XMLHttpRequest();

    if (button && button.name) {
      data.append(button.name, button.value);
    }
    this.start(button);
    request.open("POST", this.form.action);
    request.upload.addEventListener("progress", (event) => this.progress(event));
    request.addEventListener("load", () => this.arrive(request));
    request.addEventListener("error", () => this.fail());
    request.send(data);
  }

  start(button) {
    this.busy = true;
    this.button = button || this.form.querySelector("button[type=submit]");
    this.button.setAttribute("aria-disabled", "true");
    this.button.before(this.box);
    this.box.hidden = false;
    this.box.classList.remove("sac-sending--failed");
    this.bar.hidden = false;
    this.bar.removeAttribute("value");
    this.say("Enviando. No cierre esta página.");
  }

  // A screen reader hears the start, each quarter and the end, not every step.
  progress(event) {
    if (!event.lengthComputable) {
      return;
    }
    const share = Math.floor((event.loaded / event.total) * 100);

    this.bar.value = share;
    if (share === 100) {
      this.say("Archivos enviados. Guardando su requerimiento.");
    } else {
      this.say(`Enviando: ${Math.floor(share / 25) * 25} %. No cierre esta página.`);
    }
  }

  say(words) {
    if (this.words.textContent !== words) {
      this.words.textContent = words;
    }
  }

  // The browser has already followed a redirect. The page it got is shown as it is, because asking
  // for it again would lose what it says only once. Any refusal that is not about the form leaves
  // the form where it is.
  arrive(request) {
    const isPage = (request.getResponseHeader("Content-Type") || "").startsWith("text/html");
    const page = isPage ? new DOMParser().parseFromString(request.responseText, "text/html") : null;

    const isRefused = request.status === 422 || request.status === 409;
    const bringsFormBack = page && page.querySelector("form [name=submission]");

    if (page && (request.status < 400 || (isRefused && bringsFormBack))) {
      this.replace(page, request.responseURL);
    } else {
      this.fail(page && page.querySelector("h1") ? page.querySelector("h1").textContent.trim() : "");
    }
  }

  replace(page, address) {
    if (address && address !== withoutAnchor(location.href)) {
      history.pushState(null, "", address);
      shown = withoutAnchor(location.href);
    }
    document.title = page.title;
    document.body.replaceWith(page.body);
    window.scrollTo(0, 0);
    // As a browser would: what the page itself names, and else what the page is.
    const named = document.querySelector("[autofocus]");
    const heading = document.querySelector("h1");

    if (!named && heading) {
      heading.tabIndex = -1;
    }
    (named || heading)?.focus();
    wakeScripts();
    document.dispatchEvent(new CustomEvent("sac:page"));
  }

  fail(reason = "No hubo conexión y no se envió") {
    this.bar.hidden = true;
    this.box.classList.add("sac-sending--failed");
    this.say(
      `${reason || "No se pudo guardar"}. Su texto y sus archivos siguen aquí:`
        + " espere un momento y oprima el botón otra vez.",
    );
    this.keep();
  }

  keep() {
    this.busy = false;
    if (this.button) {
      this.button.removeAttribute("aria-disabled");
    }
    this.form.dispatchEvent(new CustomEvent("sac:kept"));
  }
}

function withoutAnchor(address) {
  return address.split("#")[0];
}

let shown = withoutAnchor(location.href);

// Scripts that arrived inside a page shown in place run only if they are made anew; those that this
// document already has hear "sac:page" instead.
const running = new Set(Array.from(document.scripts, (script) => script.src));

function wakeScripts() {
  for (const { src } of Array.from(document.scripts)) {
    if (src && !running.has(src)) {
      const script = document.createElement("script");

      running.add(src);
      script.type = "module";
      script.src = src;
      document.head.append(script);
    }
  }
}

function start() {
  const inputs = Array.from(document.querySelectorAll("input[type=file][data-upload]"));
  const forms = new Set(inputs.map((input) => input.form));

  forms.forEach((form) => {
    const own = inputs.filter((input) => input.form === form);
    new Sending(form, own.map((input) => new Files(input)));
  });
}

document.addEventListener("sac:page", start);
// Going back from a page that was shown in place asks for the one before; a link within the page
// says "popstate" too, and must not cost what was typed.
window.addEventListener("popstate", () => {
  if (withoutAnchor(location.href) !== shown) {
    location.reload();
  }
});
start();
