<?php
// For PHP's own server: files as they are, everything else to WordPress, as a rewriting web server would.
$under = getenv('WORDPRESS_UNDER') ?: '';
$path = urldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?: '/');
$file = $_SERVER['DOCUMENT_ROOT'] . $path;
if ($path !== '/' && is_file($file) && !str_contains($path, '..')) {
    return false;
}
if (!str_starts_with("$path/", "$under/")) {
    http_response_code(404);
    return true;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = "$under/index.php";
$_SERVER['SCRIPT_FILENAME'] = $_SERVER['DOCUMENT_ROOT'] . "$under/index.php";
unset($_SERVER['PATH_INFO']);
if (str_starts_with($path, "$under/index.php/")) {
    $_SERVER['PATH_INFO'] = substr($path, strlen("$under/index.php"));
}
require $_SERVER['DOCUMENT_ROOT'] . "$under/index.php";
