<?php
// Fills WordPress through its own functions: php fill.php ABSPATH HOST PLAN.json OPTIONS.json TRUTH.json
[, $abspath, $host, $plan_path, $options_path, $truth_path] = $argv;
$_SERVER['HTTP_HOST'] = $host;
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD'] = 'GET';
function wp_mail(...$mail) { return true; }
require $abspath . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/image.php';
require_once ABSPATH . 'wp-admin/includes/file.php';
require_once ABSPATH . 'wp-admin/includes/taxonomy.php';

$plan = json_decode(file_get_contents($plan_path), true, 512, JSON_THROW_ON_ERROR);
foreach (json_decode(file_get_contents($options_path), true, 512, JSON_THROW_ON_ERROR) as $name => $value) {
    $name === 'stylesheet' ? switch_theme($value) : update_option($name, $value);
}
kses_remove_filters();
foreach (get_posts(['post_type' => ['post', 'page'], 'post_status' => 'any', 'numberposts' => -1]) as $post) {
    wp_delete_post($post->ID, true);
}

function must($result, string $what) {
    if (is_wp_error($result) || !$result) {
        fwrite(STDERR, "$what: " . (is_wp_error($result) ? $result->get_error_message() : 'failed') . "\n");
        exit(1);
    }
    return $result;
}

$users = $terms = $attachments = $comments = [];
foreach ($plan['authors'] as $one) {
    $users[$one['id']] = must(wp_insert_user([
        'user_login' => $one['login'], 'display_name' => wp_slash($one['name']), 'user_url' => $one['url'], 'role' => 'author',
        'user_pass' => wp_generate_password(24), 'user_email' => $one['login'] . '@mail.invalid',
    ]), "user {$one['login']}");
}
foreach ($plan['terms'] as $one) {
    $term = must(wp_insert_term(wp_slash($one['name']), $one['taxonomy'], ['slug' => $one['slug'], 'parent' => $terms[$one['parent']] ?? 0]), "term {$one['slug']}");
    $terms[$one['id']] = $term['term_id'];
}
foreach ($plan['images'] as $number => $one) {
    $canvas = imagecreatetruecolor(1600, 900);
    imagefilledrectangle($canvas, 0, 0, 1599, 899, imagecolorallocate($canvas, $number * 37 % 256, $number * 91 % 256, 128));
    ob_start();
    imagejpeg($canvas, null, 40);
    $file = wp_upload_bits("{$one['name']}.jpg", null, ob_get_clean(), '2019/03');
    imagedestroy($canvas);
    $id = must(wp_insert_attachment(['post_mime_type' => 'image/jpeg', 'post_title' => $one['name'], 'post_excerpt' => wp_slash($one['caption']), 'post_status' => 'inherit', 'post_date' => '2019-03-01 10:00:00'], $file['file']), "image {$one['name']}");
    wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $file['file']));
    if ($one['alt'] !== '') {
        update_post_meta($id, '_wp_attachment_image_alt', wp_slash($one['alt']));
    }
    $attachments[$one['name']] = $id;
}

wp_defer_comment_counting(true);
wp_defer_term_counting(true);
$truth_of = [];
foreach ($plan['posts'] as $one) {
    $content = str_replace('{site}', home_url(), $one['content']);
    $content = preg_replace_callback('/\{id:([a-z0-9-]+)\}/', fn($hit) => $attachments[$hit[1]], $content);
    $id = must(wp_insert_post(wp_slash([
        'import_id' => $one['id'], 'post_type' => $one['type'], 'post_parent' => $one['parent'], 'post_name' => $one['slug'], 'post_title' => $one['title'], 'post_content' => $content, 'post_excerpt' => $one['excerpt'],
        'post_status' => $one['status'], 'post_password' => $one['password'], 'post_author' => $users[$one['author']],
        'post_date' => get_date_from_gmt(str_replace('T', ' ', $one['date_gmt'])), 'post_date_gmt' => str_replace('T', ' ', $one['date_gmt']),
        'post_category' => array_map(fn($term) => $terms[$term], $one['categories']),
        'comment_status' => $one['comments_open'] ? 'open' : 'closed', 'ping_status' => $one['pings_open'] ? 'open' : 'closed',
    ]), true), "post {$one['slug']}");
    wp_set_object_terms($id, array_map(fn($term) => $terms[$term], $one['tags']), 'post_tag');
    if ($one['featured']) {
        set_post_thumbnail($id, $attachments[$plan['featured'][$one['featured']]]);
    }
    if ($one['sticky']) {
        stick_post($id);
    }
    foreach ($one['comments'] as $said) {
        $comments[$said['key']] = must(wp_insert_comment(wp_slash([
            'comment_post_ID' => $id, 'comment_parent' => $comments[$said['parent']] ?? 0, 'comment_author' => htmlspecialchars($said['author'], ENT_NOQUOTES),
            'comment_author_email' => $said['email'], 'comment_author_url' => $said['url'], 'comment_author_IP' => '192.0.2.7', 'comment_agent' => 'fill',
            'comment_content' => $said['content'], 'comment_type' => $said['type'], 'comment_approved' => $said['approved'], 'user_id' => $said['user'] ? $users[$said['user']] : 0,
            'comment_date_gmt' => str_replace('T', ' ', $said['date_gmt']), 'comment_date' => get_date_from_gmt(str_replace('T', ' ', $said['date_gmt'])),
        ])), "comment {$said['key']}");
    }
    $truth_of[$id] = $one;
}
wp_defer_comment_counting(false);
wp_defer_term_counting(false);
// WordPress sets the time of change itself; the plan's is written last.
foreach ($truth_of as $id => $one) {
    $gmt = str_replace('T', ' ', $one['modified_gmt']);
    $wpdb->update($wpdb->posts, ['post_modified_gmt' => $gmt, 'post_modified' => get_date_from_gmt($gmt)], ['ID' => $id]);
    clean_post_cache($id);
}
global $wp_rewrite;
$wp_rewrite->set_permalink_structure(get_option('permalink_structure'));
$wp_rewrite->flush_rules(false);

// What is true, read back from the database.
$truth = [];
foreach ($wpdb->get_results("SELECT * FROM $wpdb->posts WHERE post_type NOT IN ('revision', 'attachment') ORDER BY ID") as $row) {
    if (!isset($truth_of[$row->ID])) {
        continue;  // what WordPress or a theme makes for itself
    }
    $names = fn($taxonomy) => array_map(fn($name) => html_entity_decode($name, ENT_QUOTES | ENT_HTML5), wp_get_post_terms($row->ID, $taxonomy, ['fields' => 'names']));
    $said = $wpdb->get_results($wpdb->prepare("SELECT * FROM $wpdb->comments WHERE comment_post_ID = %d ORDER BY comment_ID", $row->ID));
    $planned = $truth_of[$row->ID];
    $thumbnail = get_post_thumbnail_id($row->ID);
    $truth[] = [
        'id' => (int) $row->ID, 'type' => $row->post_type, 'slug' => $row->post_name, 'status' => $row->post_status, 'password' => $row->post_password !== '', 'url' => get_permalink($row->ID),
        'title' => html_entity_decode(apply_filters('the_title', $row->post_title, $row->ID), ENT_QUOTES | ENT_HTML5), 'excerpt' => $row->post_excerpt,
        'author' => get_the_author_meta('display_name', $row->post_author), 'published_at' => str_replace(' ', 'T', $row->post_date_gmt) . 'Z', 'modified_at' => str_replace(' ', 'T', $row->post_modified_gmt) . 'Z',
        'categories' => $names('category'), 'tags' => $names('post_tag'), 'featured' => $thumbnail ? wp_get_attachment_url($thumbnail) : null,
        'comments_open' => $row->comment_status === 'open', 'comment_count' => (int) $row->comment_count,
        'special' => $planned['special'], 'passages' => $planned['passages'], 'absent' => $planned['absent'], 'tweets' => $planned['tweets'], 'videos' => $planned['videos'],
        'comments' => array_map(fn($one) => [
            'id' => (int) $one->comment_ID, 'parent' => (int) $one->comment_parent, 'approved' => $one->comment_approved, 'type' => $one->comment_type,
            'author' => html_entity_decode($one->comment_author, ENT_QUOTES | ENT_HTML5), 'author_url' => $one->comment_author_url, 'user' => (int) $one->user_id, 'email' => $one->comment_author_email,
            'posted_at' => str_replace(' ', 'T', $one->comment_date_gmt) . 'Z', 'content' => $one->comment_content,
        ], $said),
    ];
}
file_put_contents($truth_path, json_encode($truth, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR));
