"""Dashboard: six panels for each coin, four times a second, and every whale that is held."""

from data.runtime import runtime
from pages.shell import whale_table
from pages.shell.coins import choose_coins
from pages.shell.dashboard_controls import choose_board
from pages.shell.mounts import live_board
from pages.shell.waiting import wait

choice = choose_coins(runtime().source)
if choice is None:
    wait()
else:
    board = choose_board(choice, runtime())
    live_board(board, key="dashboard")
    whale_table.show(board)
    whale_table.show_files()
