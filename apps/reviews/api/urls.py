from django.urls import path

from apps.reviews.api import moderation, reviews, views

urlpatterns = [
    path("reviews/", reviews.ReviewList.as_view(), name="reviews"),
    path("reviews/<id:review_id>/", reviews.ReviewDetail.as_view(), name="review"),
    path("reviews/<id:review_id>/history/", reviews.ReviewHistory.as_view(), name="review-history"),
    path("reviews/<id:review_id>/helpful/", reviews.HelpfulReview.as_view(), name="review-helpful"),
    path("reviews/<id:review_id>/reports/", reviews.ReviewReports.as_view(), name="review-reports"),
    path("reviews/<id:review_id>/reports/dismiss/", moderation.DismissedReports.as_view(), name="reports-dismiss"),
    path("reviews/<id:review_id>/hidden/", moderation.HiddenReview.as_view(), name="review-hidden"),
    path("moderation/reviews/", moderation.ModerationQueue.as_view(), name="moderation-reviews"),
    path("moderation/reviews/<id:review_id>/", moderation.ModeratedReview.as_view(), name="moderation-review"),
    path("movies/<id:movie_id>/reviews/", reviews.MovieReviews.as_view(), name="movie-reviews"),
    path("movies/<id:movie_id>/rating/", views.MyRating.as_view(), name="my-rating"),
    path("movies/<id:movie_id>/rating-summary/", views.MovieRatingSummary.as_view(), name="rating-summary"),
    path("movies/<id:movie_id>/tags/", views.MovieTags.as_view(), name="movie-tags"),
    path("movies/<id:movie_id>/tags/<path:text>/", views.MyTag.as_view(), name="my-tag"),
    path("users/<str:handle>/reviews/", reviews.MemberReviews.as_view(), name="member-reviews"),
    path("me/ratings/", views.MyRatings.as_view(), name="my-ratings"),
    path("me/reviews/", reviews.MyReviews.as_view(), name="my-reviews"),
    path("me/reviews/<id:review_id>/", reviews.MyReview.as_view(), name="my-review"),
    path("me/tags/", views.MyTags.as_view(), name="my-tags"),
]
