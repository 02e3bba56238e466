from apps.profiles.models import Profile


def profile_of(user_id: int) -> Profile:
    """The member's profile, an empty one where nothing was ever written."""
    return Profile.objects.filter(pk=user_id).first() or Profile(pk=user_id)
