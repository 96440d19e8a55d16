/* What a comment plugin's own script does in a browser, for the sample site: the first list by AJAX or behind
   "View Comments", "Load More", "View Replies", "Read more". Written for the tests; no dependency. */
(function () {
  "use strict";
  var settings = window.wpdiscuzAjaxObj;
  var root = document.getElementById("wpdcom");
  if (!settings || !root) { return; }
  var list = root.querySelector(".wpd-thread-list");
  var pages = 0;

  function post(action, fields, then) {
    var form = new FormData();
    form.append("action", action);
    form.append("postId", settings.wc_post_id);
    Object.keys(fields).forEach(function (name) { form.append(name, fields[name]); });
    var address = settings.isNativeAjaxEnabled === "0" ? settings.customAjaxUrl : settings.url;
    fetch(address, { method: "POST", body: form, credentials: "same-origin" })
      .then(function (answer) { return answer.json(); })
      .then(function (answer) { if (answer.success) { then(answer.data); } });
  }
  function button() { return root.querySelector(".wpd-load-more-submit"); }
  function load(first) {
    var fields = { offset: pages, lastParentId: first ? 0 : button().dataset.lastparentid, isFirstLoad: first ? 1 : 0, wpdType: "" };
    var active = root.querySelector(".wpdiscuz-sort-button-active");
    if (active) { fields.sorting = active.dataset.sorting; }
    post("wpdLoadMoreComments", fields, function (data) {
      pages += 1;
      var pagination = root.querySelector(".wpdiscuz-comment-pagination");
      pagination.insertAdjacentHTML("beforebegin", data.comment_list);
      var more = button();
      if (more) { more.dataset.lastparentid = data.last_parent_id; more.disabled = false; }
      pagination.style.display = data.is_show_load_more ? "block" : "none";
    });
  }
  root.addEventListener("click", function (event) {
    var target = event.target;
    if (target.closest(".wpd-load-comments")) { target.remove(); load(true); }
    if (target.closest(".wpd-load-more-submit")) { target.disabled = true; load(false); }
    var comment = target.closest("[id^='wpd-comm-']");
    var id = comment && /wpd-comm-(\d+)_/.exec(comment.id)[1];
    if (target.closest(".wpd-toggle")) {
      post("wpdShowReplies", { commentId: id }, function (data) { comment.outerHTML = data.comment_list; });
    } else if (target.closest(".wpdiscuz-readmore")) {
      post("wpdReadMore", { commentId: id }, function (data) { comment.querySelector(".wpd-comment-text").innerHTML = data.message; });
    }
  });
  if (settings.firstLoadWithAjax === "1") { setTimeout(function () { load(true); }, 500); }
  if (settings.firstLoadWithAjax === "2") {
    var view = document.createElement("button");
    view.className = "wpd-load-comments";
    view.textContent = "View Comments";
    list.prepend(view);
  }
})();
