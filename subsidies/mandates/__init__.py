"""代办委托: what every mandate has in common, whoever a worker lets act for her. The tables are of the apps above."""
