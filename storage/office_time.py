"""The offices' time zone: days begin and end for everybody in the house as they do at the windows."""

from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Shanghai")
