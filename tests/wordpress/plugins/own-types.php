<?php
// Types of posts as plugins and themes register them, each with something that sets it apart from the plain ones.

function own_types() {
    require_once ABSPATH . WPINC . '/rest-api/endpoints/class-wp-rest-posts-controller.php';
    if (!class_exists('Members_Posts_Controller')) {
        // Its list is for members, its entries are for everybody.
        class Members_Posts_Controller extends WP_REST_Posts_Controller {
            public function get_items_permissions_check($request) {
                return is_user_logged_in() ? true : new WP_Error('members_only', 'Members alone may list them.', ['status' => 401]);
            }
        }
        // Plugins that make their answers leaner leave out what they do not use themselves.
        class Lean_Posts_Controller extends WP_REST_Posts_Controller {
            public function prepare_item_for_response($item, $request) {
                $response = parent::prepare_item_for_response($item, $request);
                $response->set_data(array_diff_key($response->get_data(), ['author' => 1, 'modified_gmt' => 1, 'excerpt' => 1, 'comment_status' => 1]));
                return $response;
            }
        }
    }
    $all = ['title', 'editor', 'author', 'excerpt', 'comments', 'thumbnail', 'custom-fields', 'revisions'];
    $shown = ['public' => true, 'show_in_rest' => true, 'has_archive' => true, 'supports' => $all];
    register_post_type('analysis', $shown + ['label' => 'Analyses', 'rest_base' => 'analyses', 'taxonomies' => ['category', 'post_tag']]);
    register_post_type('video', $shown + ['label' => 'Videos', 'rewrite' => ['slug' => 'watch']]);
    register_post_type('dossier', $shown + ['label' => 'Dossiers', 'rest_base' => 'dossiers', 'hierarchical' => true]);
    register_post_type('lean', $shown + ['label' => 'Lean', 'rest_controller_class' => 'Lean_Posts_Controller']);
    register_post_type('briefing', $shown + ['label' => 'Briefings', 'rest_base' => 'briefings', 'rest_controller_class' => 'Members_Posts_Controller']);
    // As WooCommerce: no author, reviews for comments.
    register_post_type('product', ['supports' => ['title', 'editor', 'excerpt', 'thumbnail', 'comments']] + $shown + ['label' => 'Products']);
    register_post_type('recipe', $shown + ['label' => 'Recipes', 'rest_namespace' => 'kitchen/v1']);
    register_post_type('leaflet', ['show_in_rest' => false] + $shown + ['label' => 'Leaflets']);  // WordPress' default
    register_post_type('podcast', $shown + ['label' => 'Podcasts, none yet']);
    register_post_type('note', ['public' => false, 'publicly_queryable' => false, 'exclude_from_search' => true] + $shown + ['label' => 'Notes of editors']);
}
add_action('init', 'own_types', 0);
add_action('permalink_structure_changed', 'own_types');  // their addresses are made when they are registered
