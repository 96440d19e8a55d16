<?php
// As security plugins do it: nobody reads REST who is not logged in.
add_filter('rest_authentication_errors', fn($result) => $result ?: (is_user_logged_in() ? $result : new WP_Error('rest_not_logged_in', 'You are not currently logged in.', ['status' => 401])));
