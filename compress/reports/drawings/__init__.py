"""Pictures in SVG that need no library: trees and intervals."""
