from django.urls import path

from apps.reviews.api import views

urlpatterns = [
    path("reviews/", views.ReviewList.as_view(), name="reviews"),
    path("reviews/<id:review_id>/", views.ReviewDetail.as_view(), name="review"),
    path("movies/<id:movie_id>/reviews/", views.MovieReviews.as_view(), name="movie-reviews"),
    path("movies/<id:movie_id>/rating/", views.MyRating.as_view(), name="my-rating"),
    path("movies/<id:movie_id>/rating-summary/", views.MovieRatingSummary.as_view(), name="rating-summary"),
    path("movies/<id:movie_id>/tags/", views.MovieTags.as_view(), name="movie-tags"),
    path("movies/<id:movie_id>/tags/<path:text>/", views.MyTag.as_view(), name="my-tag"),
    path("me/ratings/", views.MyRatings.as_view(), name="my-ratings"),
    path("me/reviews/", views.MyReviews.as_view(), name="my-reviews"),
    path("me/tags/", views.MyTags.as_view(), name="my-tags"),
]
