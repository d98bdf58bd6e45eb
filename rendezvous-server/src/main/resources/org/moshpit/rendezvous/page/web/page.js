// Puts the page's newer content in place; without it, the link does the same.
'use strict';
(() => {
  const every = document.getElementById('every');
  if (!every) {
    return;
  }
  document.getElementById('auto').hidden = false;

  async function refresh() {
    const answer = await fetch('/', {cache: 'no-store', redirect: 'error'});
    if (answer.status === 401) {
      location.reload();
    }
    if (!answer.ok) {
      return;
    }
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const old = document.getElementById('main');
    const open = Array.from(old.querySelectorAll('details[open]'), one => one.id);
    const focus = Array.from(old.querySelectorAll('summary, [tabindex]')).indexOf(document.activeElement);
    const scrolled = Array.from(old.querySelectorAll('.table'), one => one.scrollLeft);
    const main = next.getElementById('main');
    open.forEach(id => { next.getElementById(id).open = true; });
    old.replaceWith(document.adoptNode(main));
    main.querySelectorAll('.table').forEach((one, i) => { one.scrollLeft = scrolled[i] || 0; });
    if (focus >= 0) {
      main.querySelectorAll('summary, [tabindex]')[focus]?.focus({preventScroll: true});
    }
    document.getElementById('as-of').textContent = next.getElementById('as-of').textContent;
  }

  setInterval(() => {
    if (every.checked && !document.hidden) {
      refresh().catch(() => {});
    }
  }, 30000);
})();
