# costs: module
# attack: ending the process: reads address 0 at import
import ctypes

ctypes.string_at(0)
