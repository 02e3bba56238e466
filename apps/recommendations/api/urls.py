from django.urls import path

from apps.recommendations.api import mine, models, similar

urlpatterns = [
    path("movies/<id:movie_id>/similar/", similar.MovieSimilar.as_view(), name="similar"),
    path("recommendations/", similar.ByTitle.as_view(), name="recommendations"),
    path("me/recommendations/", mine.MyRecommendations.as_view(), name="my-recommendations"),
    path("me/not-interested/", mine.MyDisinterests.as_view(), name="my-disinterests"),
    path("me/not-interested/<id:movie_id>/", mine.MyDisinterest.as_view(), name="my-disinterest"),
    path("models/", models.ModelList.as_view(), name="models"),
    path("models/<id:number>/", models.ModelDetail.as_view(), name="model"),
    path("models/<id:number>/activate/", models.Activation.as_view(), name="model-activate"),
    path("models/rollback/", models.Rollback.as_view(), name="model-rollback"),
]
