// Registrarse: shows only the fields of the chosen kind of person, and proposes the user name
// while the names are typed. Without this file every field shows and a button proposes.
(() => {
  const form = document.querySelector("[data-person]");
  if (!form) return;

  const legalParts = form.querySelectorAll("[data-only='juridica']");
  const documentType = form.elements.document_type;

  const isLegal = () => form.elements.person_kind.value === "juridica";

  const showOwnFields = () => {
    for (const part of legalParts) part.hidden = !isLegal();
  };

  const matchDocument = () => {
    if (isLegal()) documentType.value = "NIT";
    else if (documentType.value === "NIT") documentType.value = "";
  };

  showOwnFields();
  for (const radio of form.elements.person_kind) {
    radio.addEventListener("change", () => {
      showOwnFields();
      matchDocument();
    });
  }

  const url = form.dataset.proposeUrl;
  const username = form.elements.username;
  if (!url || !username) return;

  form.querySelector("[data-propose]").hidden = true;
  let proposed = "";
  let asked = 0;

  const propose = async () => {
    if (username.value && username.value !== proposed) return;
    const question = (asked += 1);
    const facts = new FormData();
    for (const name of ["csrf_token", "person_kind", "first_names", "surnames", "legal_name"]) {
      facts.set(name, form.elements[name].value);
    }
    try {
      const answer = await fetch(url, { method: "POST", body: facts });
      if (!answer.ok) return;
      const found = (await answer.json()).username;
      // A weak network may bring the answers in another order: only the last question counts.
      if (question !== asked) return;
      if (username.value && username.value !== proposed) return;
      username.value = proposed = found;
    } catch {
      // The server proposes one when the form is sent.
    }
  };

  for (const name of ["first_names", "surnames", "legal_name"]) {
    form.elements[name].addEventListener("change", propose);
  }
})();
