<?php
// What an editor does while the site runs: php change.php ABSPATH HOST edit|trash|publish ID
[, $abspath, $host, $what, $id] = $argv;
$_SERVER['HTTP_HOST'] = $host;
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD'] = 'GET';
function wp_mail(...$mail) { return true; }
require $abspath . '/wp-load.php';
kses_remove_filters();
$done = match ($what) {
    'edit' => wp_update_post(['ID' => (int) $id, 'post_content' => wp_slash(get_post($id)->post_content . "\n\n<!-- wp:paragraph -->\n<p>A late word of the author.</p>\n<!-- /wp:paragraph -->")]),
    'trash' => wp_trash_post((int) $id),
    'publish' => wp_update_post(['ID' => (int) $id, 'post_status' => 'publish', 'post_password' => '', 'edit_date' => true, 'post_date' => current_time('mysql'), 'post_date_gmt' => current_time('mysql', true)]),
};
exit($done && !is_wp_error($done) ? 0 : 1);
