<?php
// As plugins for search engines do it, before they write their own.
add_filter('wp_sitemaps_enabled', '__return_false');
