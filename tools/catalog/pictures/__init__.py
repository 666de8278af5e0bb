"""Which items look like a picture? Encoders behind one protocol, and the vectors of a catalog's pictures."""

from .colours import ColourHistogram
from .efficientnet import EfficientNetFeatures
from .encoding import Blend, default_encoder
from .gallery import Gallery, PictureProblem, PictureVectors
from .protocol import Picture, PictureEncoder, TextPictureEncoder
from .reading import read_picture

__all__ = [
    "Blend",
    "ColourHistogram",
    "EfficientNetFeatures",
    "Gallery",
    "Picture",
    "PictureEncoder",
    "PictureProblem",
    "PictureVectors",
    "TextPictureEncoder",
    "default_encoder",
    "read_picture",
]
