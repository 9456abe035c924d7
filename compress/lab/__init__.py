"""The lab: pages with sliders whose every figure is encoded when it is shown."""
