"""The estimators of scikit-learn whose fitted state may be loaded.

Each was reviewed: Python and numpy read its state, and check every index; or compiled code reads it, and there is a
check in `_consistency.py`. Others are refused once they are fitted, such as text vectorizers.
"""

REVIEWED = frozenset(
    """
    AdditiveChi2Sampler AffinityPropagation AgglomerativeClustering ARDRegression BaggingClassifier BaggingRegressor
    BayesianGaussianMixture BayesianRidge BernoulliNB BernoulliRBM Binarizer BisectingKMeans CalibratedClassifierCV
    CategoricalNB CCA ClassicalMDS ClassifierChain ColumnTransformer ComplementNB DBSCAN DictionaryLearning
    DummyClassifier DummyRegressor ElasticNet ElasticNetCV EllipticEnvelope EmpiricalCovariance FactorAnalysis
    FastICA FeatureHasher FeatureUnion FixedThresholdClassifier FrozenEstimator FunctionTransformer GaussianMixture
    GaussianNB GaussianRandomProjection GraphicalLasso GraphicalLassoCV GridSearchCV HashingVectorizer HDBSCAN
    HuberRegressor IncrementalPCA IsotonicRegression KBinsDiscretizer KernelCenterer KernelPCA KernelRidge KMeans
    KNeighborsClassifier KNeighborsRegressor KNeighborsTransformer KNNImputer LabelBinarizer LabelEncoder
    LabelPropagation LabelSpreading Lars LarsCV Lasso LassoCV LassoLars LassoLarsCV LassoLarsIC
    LatentDirichletAllocation LedoitWolf LinearDiscriminantAnalysis LinearRegression LinearSVC LinearSVR
    LocalOutlierFactor LogisticRegression LogisticRegressionCV MaxAbsScaler MDS MeanShift MinCovDet
    MiniBatchDictionaryLearning MiniBatchKMeans MiniBatchNMF MiniBatchSparsePCA MinMaxScaler MissingIndicator
    MultinomialNB MultiOutputClassifier MultiOutputRegressor MultiTaskElasticNet MultiTaskElasticNetCV
    MultiTaskLasso MultiTaskLassoCV NearestCentroid NearestNeighbors NeighborhoodComponentsAnalysis NMF Normalizer
    Nystroem OAS OneHotEncoder OneVsOneClassifier OneVsRestClassifier OPTICS OrdinalEncoder
    OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV OutputCodeClassifier PassiveAggressiveRegressor
    PatchExtractor PCA Pipeline PLSCanonical PLSRegression PLSSVD PolynomialCountSketch PolynomialFeatures
    PowerTransformer QuadraticDiscriminantAnalysis QuantileRegressor QuantileTransformer RadiusNeighborsClassifier
    RadiusNeighborsRegressor RadiusNeighborsTransformer RandomizedSearchCV RANSACRegressor RBFSampler RegressorChain
    RFE RFECV Ridge RidgeClassifier RidgeClassifierCV RidgeCV RobustScaler SelectFromModel SelfTrainingClassifier
    SequentialFeatureSelector SGDRegressor ShrunkCovariance SimpleImputer SkewedChi2Sampler SparseCoder SparsePCA
    SparseRandomProjection SpectralBiclustering SpectralClustering SpectralCoclustering SpectralEmbedding
    StackingClassifier StackingRegressor StandardScaler TargetEncoder TfidfTransformer TheilSenRegressor
    TransformedTargetRegressor TruncatedSVD TSNE TunedThresholdClassifierCV VarianceThreshold VotingClassifier
    VotingRegressor
    """.split()  # noqa: SIM905 (a list of quoted names would be one name a line)
)

# Parts of these that are estimators themselves, but not public: numpy computes with their two numbers.
REVIEWED_PARTS = frozenset(["_SigmoidCalibration", "_TemperatureScaling"])
