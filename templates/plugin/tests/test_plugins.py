from skfashion.testing import plugin_test

test_cosine_transform = plugin_test("reducer", "cosine-transform")
test_spherical_kmeans = plugin_test("clusterer", "spherical-kmeans")
