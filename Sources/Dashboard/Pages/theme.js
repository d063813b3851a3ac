/* Before anything is painted: the theme and language that were chosen here last, so that nothing flashes. */
(function () {
    "use strict";
    function stored(name) {
        try { return localStorage.getItem(name); } catch (refused) { return null; }
    }
    var root = document.documentElement;
    var theme = stored("darkroom.theme");
    if (theme === "dark" || theme === "light") { root.dataset.theme = theme; }
    var language = stored("darkroom.language") || (navigator.language || "en").slice(0, 2);
    root.lang = language === "ja" ? "ja" : "en";
}());
