"""Series of a report as pictures: SVG in the page's colours, in the light and in the dark."""
