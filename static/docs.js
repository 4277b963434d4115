// The viewer of the API's document (/api/docs). Which dialect it is about stands in the address, so that it can be sent to somebody.
"use strict";

const dialect = document.getElementById("dialect");
const address = () => "openapi.json" + (dialect.value ? `?dialect=${dialect.value}` : "");

// --- Light and dark: as chosen in the application, else as the machine has it ------------------------------------------
const machine = matchMedia("(prefers-color-scheme: dark)");
const paint = () => {
  const chosen = document.documentElement.dataset.bsTheme;
  document.documentElement.classList.toggle("dark-mode", chosen ? chosen === "dark" : machine.matches);
};
machine.addEventListener("change", paint);
paint();

// --- The document -----------------------------------------------------------------------------------------------------
const asked = new URLSearchParams(location.search).get("dialect");
if ([...dialect.options].some((option) => option.value === asked)) dialect.value = asked;

const viewer = SwaggerUIBundle({
  url: address(),
  dom_id: "#docs",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  filter: true,
  validatorUrl: null, // it would tell somebody else about this server
  responseInterceptor: signIn,
});

// Who logs in here is signed in here: the token need not be copied.
function signIn(response) {
  if (response.ok && /\/auth\/(login|refresh)$/.test(response.url)) {
    viewer.preauthorizeApiKey("token", JSON.parse(response.text).token);
  }
  return response;
}

dialect.addEventListener("change", () => {
  const place = new URL(location.href);
  if (dialect.value) place.searchParams.set("dialect", dialect.value);
  else place.searchParams.delete("dialect");
  history.replaceState(null, "", place);
  document.getElementById("raw").href = address();
  viewer.specActions.updateUrl(address());
  viewer.specActions.download(address());
});
