from skfashion.testing import plugin_test

test_cosine_transform = plugin_test("reducer", "cosine-transform")
test_direction_kmeans = plugin_test("clusterer", "direction-kmeans")
