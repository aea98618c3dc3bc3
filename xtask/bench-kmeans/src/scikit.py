"""Reads `red green blue weight` lines; writes a line `k inertia cpu_seconds` for each argument k."""

import sys
import time

import numpy
from sklearn.cluster import KMeans

table = numpy.loadtxt(sys.stdin, dtype=numpy.float64, ndmin=2)
colours, weights = numpy.ascontiguousarray(table[:, :3]), table[:, 3]
for k in map(int, sys.argv[1:]):
    start = time.process_time()
    found = KMeans(k, n_init=10, random_state=0).fit(colours, sample_weight=weights)
    print(k, float(found.inertia_), time.process_time() - start)
