// Starts GraphiQL with the worked queries in a panel of its own. The endpoint is the one beside this page.
"use strict";

const h = React.createElement;

function Icon() {
  const lines = h("path", { d: "M3 4h14M3 10h14M3 16h9", stroke: "currentColor", strokeWidth: 2, fill: "none" });
  return h("svg", { viewBox: "0 0 20 20", "aria-hidden": true }, lines);
}

function pluginOf(worked) {
  const texts = new Set(worked.map(({ query }) => query));

  function Panel() {
    const editor = GraphiQL.React.useEditorContext({ nonNull: true });
    const open = ({ query, variables }) => {
      const written = editor.queryEditor.getValue();
      if (written.trim() && !texts.has(written)) editor.addTab(); // what someone wrote is kept in its tab
      editor.queryEditor.setValue(query);
      editor.variableEditor.setValue(variables);
      editor.responseEditor.setValue("");
    };
    const items = worked.map((one) =>
      h("li", { key: one.name }, h("button", { type: "button", onClick: () => open(one) }, one.question)),
    );
    return h(
      "section",
      { className: "worked" },
      h("h2", { className: "graphiql-doc-explorer-title" }, "Worked queries"),
      h("p", null, "Choose a question, then press the pink button or Ctrl+Enter to run it."),
      h("ol", null, items),
    );
  }

  return { title: "Worked queries", icon: Icon, content: Panel };
}

// GraphiQL learns of a new text's operation a moment after the text: whoever is quicker would ask for the last one.
function fetcherOf(url) {
  const fetcher = GraphiQL.createFetcher({ url, enableIncrementalDelivery: false });
  return ({ operationName, ...asked }, options) => {
    const known = operationName && new RegExp(`\\bquery\\s+${operationName}\\b`).test(asked.query);
    return fetcher(known ? { operationName, ...asked } : asked, options);
  };
}

async function start(place) {
  const worked = await (await fetch("queries.json")).json();
  const plugin = pluginOf(worked);
  const { query, variables } = worked[0];
  const seenBefore = localStorage.getItem("graphiql:tabState"); // a visitor who comes back finds the own tabs
  ReactDOM.createRoot(place).render(
    h(GraphiQL, {
      fetcher: fetcherOf("../graphql"),
      ...(seenBefore ? {} : { query, variables }),
      plugins: [plugin],
      visiblePlugin: plugin,
      defaultEditorToolsVisibility: "variables",
      isHeadersEditorEnabled: false,
      showPersistHeadersSettings: false,
    }),
  );
}

const place = document.getElementById("graphiql");
start(place).catch((error) => {
  place.textContent = `The editor could not be started: ${error.message}`;
});
